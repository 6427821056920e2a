// Another language or style on the way: the same question in other words, with everything that was given.

async function readIn(language, style) {
  const { plan, path } = survey;
  const here = survey;
  try {
    const other = await loadSurvey(path, language, style);
    if (survey !== here) return;
    keepGiven();
    if (language !== plan.language) {
      const { dir } = plan.pages.documentElement;
      readBefore = { tag: plan.language, words: plainWords(plan, "read_in"), direction: dir };
    }
    survey.plan = other;
    if (parts && parts.keepReading) parts.keepReading(other);
    dress(other);
    show();
  } catch (fault) {
    if (survey === here) showProblem(mainPart(), plan, words(plan, "reading_failed"));
  }
}

// Follows a link to a language or style in the page instead of through the server.
function followReading(event) {
  const link = event.target.closest("a[hreflang], a[data-style]");
  if (!link || !survey || placeNow().kind === "start" || placeNow().kind === "last") return;
  event.preventDefault();
  readIn(link.hreflang || survey.plan.language, link.dataset.style || survey.plan.style);
}
