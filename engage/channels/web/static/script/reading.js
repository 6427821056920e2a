// Another language or style on the way: the same question in other words, with everything that was given.

async function readIn(here, language, style) {
  const { plan, path } = here;
  try {
    const other = await loadSurvey(path, language, style);
    await loadRest(path, other);
    if (surveyNow() !== here) return;
    keepGiven();
    here.plan = other;
    dress(other, language === plan.language ? null : plan);
    show();
    if (typeof keepReading === "function") keepReading(other);
  } catch (fault) {
    if (surveyNow() === here) showProblem(mainPart(), plan, words(plan, "reading_failed"));
  }
}
