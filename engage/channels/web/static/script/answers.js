// Reads what stands in a page's fields as an answer: twin of engage/channels/web/posted.py and engage/response/answers.py.
// An answer that cannot stand is {problem: code}; fields are name → list of values.

const TEXT_TYPES = ["short_text", "long_text"];
const TYPED_TYPES = [...TEXT_TYPES, "number", "date"];
const DATE_PARTS = ["day", "month", "year"];
const LONGEST_TEXT = 2000;
// Those of engage/response/drawings.py.
const SHEET = [600, 450];
const MOST_DRAWN = { points: 3000, lines: 400 };
const LONGEST_DESCRIPTION = 500;
const UNWRITABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function isProblem(answer) {
  return answer !== null && typeof answer === "object" && "problem" in answer;
}

function readFields(plan, question, facts, answers, fields) {
  const options = optionsAsked(plan, question, facts, answers);
  const given = fields.answer || [];
  if (question.type === "area_relation") {
    const codes = options.map((option) => option.code);
    if (given.some((code) => !codes.includes(code))) return { problem: "unknown_option" };
    return given.length ? codes.filter((code) => given.includes(code)) : null;
  }
  if (question.type === "home_district") return given.length ? given[0] : null;
  const raw = rawAnswer(question, fields);
  return raw === null || isProblem(raw) ? raw : readAnswer(plan, question, options, facts, raw);
}

// Beside a typed field, "I don't know" and the like are ticked apart.
function rawAnswer(question, fields) {
  const raw = RAW[question.type] ? RAW[question.type](question, fields) : null;
  const special = (fields.special || [])[0];
  if (!(question.special || []).includes(special)) return raw;
  return raw === null ? special : { problem: "exclusive_option" };
}

const RAW = {
  single_choice: oneTicked,
  scale: oneTicked,
  multiple_choice: severalTicked,
  community: communitiesGiven,
  number: numberTyped,
  date: dateTyped,
  ranking: ranksGiven,
  drawing: drawingGiven,
  short_text: textTyped,
  long_text: textTyped,
};

function oneTicked(question, { answer = [] }) {
  if (!answer.length) return null;
  return answer.length === 1 ? answer[0] : answer;
}

function severalTicked(question, { answer = [] }) {
  const specials = answer.filter((code) => (question.special || []).includes(code));
  if (specials.length === 1 && answer.length === 1) return specials[0];
  if (specials.length) return { problem: "exclusive_option" };
  return answer.length ? answer : null;
}

function communitiesGiven(question, fields) {
  const own = trimmed(typed(fields, "other"));
  const given = severalTicked(question, fields);
  if (!own || isProblem(given)) return given;
  if (typeof given === "string") return { problem: "exclusive_option" };
  return [...(given || []), { other: own }];
}

function numberTyped(question, fields) {
  const text = trimmed(typed(fields, "answer"));
  const plain = inDigits(text).replace(/[,٫]/, ".");
  return /^([+-]?\d{1,18}|[+-]?\d{0,18}\.\d{1,18})$/.test(plain) ? Number(plain) + 0 : text || null;
}

function dateTyped(question, fields) {
  const parts = DATE_PARTS.map((name) => inDigits(trimmed(typed(fields, name))));
  if (!parts.some(Boolean)) return null;
  if (!parts.every((part) => /^\d{1,4}$/.test(part))) return parts.join("-");
  const [day, month, year] = parts.map((part, at) => String(Number(part)).padStart(at === 2 ? 4 : 2, "0"));
  return [year, month, day].join("-");
}

// Codes in the order of their numbers; which numbers are left out says nothing.
function ranksGiven(question, fields) {
  const given = question.options.map(({ code }) => [inDigits(trimmed(typed(fields, "rank-" + code))), code]);
  const ranked = given.filter(([number]) => number).map(([number, code]) => [/^\d{1,3}$/.test(number) && Number(number), code]);
  if (ranked.some(([number]) => !number)) return { problem: "not_a_number" };
  if (new Set(ranked.map(([number]) => number)).size < ranked.length) return { problem: "repeated_option" };
  const codes = ranked.sort(([one], [other]) => one - other).map(([, code]) => code);
  return codes.length ? codes : null;
}

function drawingGiven(question, fields) {
  const drawn = typed(fields, "drawing");
  const words = textTyped(question, fields);
  if (!drawn) return words ? { words } : null;
  try {
    const lines = { lines: JSON.parse(drawn) };
    return { ...lines, ...(typed(fields, "may_show") && { may_show: true }), ...(words && { words }) };
  } catch (fault) {
    return { problem: "not_a_drawing" };
  }
}

function textTyped(question, fields) {
  const text = typed(fields, "answer");
  return trimmed(text) ? text : null;
}

function typed(fields, name) {
  return (fields[name] || [])[0] || "";
}

// Without the spaces around it, as Python knows them.
function trimmed(text) {
  return text.replace(/^([^\S\ufeff]|[\x1c-\x1f\x85])+|([^\S\ufeff]|[\x1c-\x1f\x85])+$/g, "");
}

// Digits of any script as those of ours.
function inDigits(text) {
  return text.replace(/\p{Nd}/gu, (sign) => {
    let zero = sign.codePointAt(0);
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return (sign.codePointAt(0) - zero) % 10;
  });
}

// The coded answer, or the problem with it.
function readAnswer(plan, question, options, facts, value) {
  if (typeof value === "string" && (question.special || []).includes(value)) return value;
  switch (question.type) {
    case "multiple_choice":
      return readTicks(question, options, value);
    case "community":
      return readCommunities(plan, question, options, facts, value);
    case "ranking": {
      const listed = readTicks(question, options, value);
      return isProblem(listed) ? listed : [...value];
    }
    case "drawing":
      return readDrawing(value);
    case "number":
      return readNumber(plan, question, value);
    case "date":
      return readDate(question, value);
    case "short_text":
    case "long_text":
      return readText(value, question.max_length || LONGEST_TEXT);
    default:
      return options.some((option) => option.code === value) ? value : { problem: "unknown_option" };
  }
}

function readTicks(question, options, value) {
  if (!Array.isArray(value) || !value.length) return { problem: "not_a_list" };
  const ticked = options.filter((option) => value.includes(option.code));
  if (value.some((code) => !options.some((option) => option.code === code))) return { problem: "unknown_option" };
  if (ticked.length !== value.length) return { problem: "repeated_option" };
  if (value.length > 1 && ticked.some((option) => option.exclusive)) return { problem: "exclusive_option" };
  if (question.max_choices && value.length > question.max_choices) return { problem: "too_many_choices" };
  return ticked.map((option) => option.code);
}

function readCommunities(plan, question, options, facts, value) {
  if (!Array.isArray(value) || !value.length) return { problem: "not_a_list" };
  const own = value.filter((entry) => typeof entry === "object");
  const coded = value.filter((entry) => typeof entry !== "object");
  if (own.length && plan.no_write_in.includes(facts.age_band || "pns")) return { problem: "write_in_not_offered" };
  const words = own.map((entry) => readText(entry.other, plan.limits.write_in));
  const listed = coded.length ? readTicks(question, options, coded) : [];
  const problem = [...words, listed].find(isProblem);
  if (problem) return problem;
  const stands = options.some((option) => option.exclusive && listed.includes(option.code));
  if (own.length && stands) return { problem: "exclusive_option" };
  return [...listed, ...words.map((other) => ({ other }))];
}

function readNumber(plan, question, value) {
  if (typeof value !== "number") return { problem: "not_a_number" };
  const isOutside = value < question.minimum || value > question.maximum || Math.abs(value) > plan.limits.number;
  return isOutside ? { problem: "out_of_range" } : value;
}

function readDate(question, value) {
  const day = /^\d{4}-\d\d-\d\d$/.test(value) && !value.startsWith("0000") ? new Date(value + "T00:00:00Z") : NaN;
  if (isNaN(day) || day.toISOString().slice(0, 10) !== value) return { problem: "not_a_date" };
  return value < question.minimum || value > question.maximum ? { problem: "out_of_range" } : value;
}

function readText(value, longest) {
  const words = typeof value === "string" ? trimmed(value.replace(/\r\n?|[\v\f]/g, "\n")) : "";
  if (!words || UNWRITABLE.test(words)) return { problem: "not_text" };
  return [...words].length > longest ? { problem: "too_long" } : words;
}

// Lines only: outlines come from paper.
function readDrawing({ lines, may_show, words }) {
  const said = words === undefined ? null : readText(words, LONGEST_DESCRIPTION);
  if (isProblem(said)) return said;
  const beside = said ? { words: said } : {};
  if (lines === undefined) return said ? beside : { problem: "not_a_drawing" };
  const isOn = (at, place) => Number.isInteger(at) && at >= 0 && at <= SHEET[place % 2];
  const isLine = (line) => Array.isArray(line) && line.length > 1 && line.length % 2 === 0 && line.every(isOn);
  const isDrawn = Array.isArray(lines) && lines.length && lines.length <= MOST_DRAWN.lines && lines.every(isLine);
  if (!isDrawn || lines.flat().length > 2 * MOST_DRAWN.points) return { problem: "not_a_drawing" };
  return { lines, ...(may_show && { may_show: true }), ...beside };
}

// The fields in which an answer stands when somebody comes back to it.
function fieldsOf(question, answer) {
  if (answer === null || answer === undefined) return {};
  if (typeof answer === "string" && (question.special || []).includes(answer)) {
    return { [TYPED_TYPES.includes(question.type) ? "special" : "answer"]: [answer] };
  }
  if (question.type === "date") {
    const [year, month, day] = answer.split("-");
    return { day: [day], month: [month], year: [year] };
  }
  if (question.type === "ranking") {
    return Object.fromEntries(answer.map((code, at) => ["rank-" + code, [String(at + 1)]]));
  }
  if (question.type === "drawing") {
    const { lines, may_show, words = "" } = answer;
    return { drawing: [lines ? JSON.stringify(lines) : ""], may_show: may_show ? ["yes"] : [], answer: [words] };
  }
  const entries = Array.isArray(answer) ? answer : [answer];
  const own = entries.filter((entry) => typeof entry === "object").map((entry) => entry.other);
  return { answer: entries.filter((entry) => typeof entry !== "object").map(String), other: own };
}
