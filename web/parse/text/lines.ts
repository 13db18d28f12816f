/** What stands before or around a dump's lines: quote marks, log prefixes, markdown fences, shell prompts and the commands behind them. */
import type { Codes } from './codes.ts';
import { Edits, type Repair } from './edits.ts';

const SAMPLE = 60;
/** A prefix counts as such if that share of the first lines has it. */
const SHARE = 0.6;
const PREFIX_LENGTH = 200;

/** Prefixes that mails, `kubectl logs --prefix`, container runtimes, journals and `cat -n` put before every line. */
const PREFIXES: readonly RegExp[] = [
  /^(?:> ?)+/,
  /^\[[a-z]+\/[\w.-]+(?:\/[\w.-]+)?\] /,
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)? (?:std(?:out|err) [FP] )?/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?: /,
  /^ *\d+\t/,
  /^[\w.-]+ \| /,
];

export const repairPrefixes: Repair = {
  code: 'repaired-prefix',
  message: (count) => `What stands before ${count} lines (quote marks, log times, line numbers) is ignored.`,
  edit({ text, lineEnds }) {
    const prefix = commonPrefix(text);
    if (!prefix) return null;
    const edits = new Edits(text);
    let start = 0;
    for (const end of lineEnds) {
      const found = prefix.exec(text.slice(start, Math.min(end, start + PREFIX_LENGTH)));
      if (found && found[0].length > 0) edits.blank(start, start + found[0].length);
      start = end + 1;
    }
    return edits;
  },
};

/** The prefix of most of the first lines; lines that could be a dump's own do not count against it. */
function commonPrefix(text: string): RegExp | null {
  const lines: string[] = [];
  for (let at = 0; at < text.length && lines.length < SAMPLE; ) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.slice(at, Math.min(end, at + PREFIX_LENGTH));
    if (line.trim() !== '') lines.push(line);
    at = end + 1;
  }
  if (lines.length === 0) return null;
  return PREFIXES.find((prefix) => lines.filter((line) => prefix.test(line)).length >= lines.length * SHARE) ?? null;
}

const TOOL = '(?:/\\S*/)?(?:ip6?tables|arptables|ebtables|xtables)(?:-nft|-legacy)?';
/** A command that prints a dump, or runs one that does. */
const COMMAND = `(?:sudo\\s+(?:-\\S+\\s+)*)?(?:${TOOL}-save|${TOOL}\\s+(?:-\\S+\\s+(?:\\w+\\s+)?)*(?:-S|-L|--list-rules)\\b|(?:/\\S*/)?nft\\s+(?:-\\S+\\s+)*(?:list|-f|add|flush)\\b|(?:/\\S*/)?ipset\\s+(?:save|list)|kubectl\\s|docker\\s|podman\\s|crictl\\s|ssh\\s|nsenter\\s|cat\\s|less\\s|tail\\s|head\\s|talosctl\\s|calicoctl\\s)`;
const PROMPT = '(?:\\[?[\\w.-]+@[\\w.-]+[^#$%>]{0,80}[#$%>]|[\\w.~/-]{0,60}[#$%>\\u276f\\u279c]|\\u279c\\s+\\S+)\\s*';
const PROMPT_LINE = new RegExp(`^\\s*${PROMPT}\\s${COMMAND}?`);
const COMMAND_LINE = new RegExp(`^\\s*(?:${PROMPT}\\s)?${COMMAND}[^{]*$`);
const BARE_PROMPT = /^\s*\[?[\w.-]+@[\w.-]+[^#$%>]{0,80}[#$%>]\s*(?:exit|logout|\^[CD])?\s*$/;
const FENCE = /^\s*(?:```|~~~)[\w-]*\s*$/;
/** `iptables -t nat -A ...` as scripts have it: the program's name goes, its arguments stay. */
const SCRIPT_LINE = new RegExp(
  `^\\s*(?:${PROMPT}\\s)?(?:sudo\\s+)?${TOOL}\\s+(?:(?:-w(?:\\s+\\d+)?|--wait(?:[= ]\\d+)?)\\s+)?(?=-(?:t\\s+\\w+\\s+-)?[A-Z]\\s)`,
);
const WARNING = /^(?:# Warning: ip6?tables-legacy tables present|Defaulted container |Warning: )/;

/** Empty lines, and those that begin as a dump's own lines do: with a blank, `*`, `:`, `#`, `-`, `}`. Other lines are looked at. */
function isOwn(codes: Codes, start: number, end: number): boolean {
  if (start === end) return true;
  switch (codes[start]) {
    case 0x20:
    case 0x09:
    case 0x2a:
    case 0x3a:
    case 0x23:
    case 0x2d:
    case 0x7d:
      return true;
    case 0x5b: // a counter, not a prompt
      return start + 1 < codes.length && (codes[start + 1] as number) >= 0x30 && (codes[start + 1] as number) <= 0x39;
    default:
      return false;
  }
}

/** A fence may be indented, a prompt is not. */
export const repairPrompts: Repair = {
  code: 'repaired-prompt',
  message: (count) =>
    `${count === 1 ? '1 line' : `${count} lines`} of a terminal or of markdown (prompt, command, fence) ${count === 1 ? 'is' : 'are'} ignored.`,
  edit({ text, codes, lineEnds }) {
    const edits = new Edits(text);
    for (let line = 0; line < lineEnds.length; line++) {
      const start = line === 0 ? 0 : (lineEnds[line - 1] as number) + 1;
      const end = lineEnds[line] as number;
      if (!isOwn(codes, start, end)) editLine(text, start, end, edits);
    }
    return edits;
  },
};

function editLine(text: string, start: number, end: number, edits: Edits): void {
  // `add`, `create`, `table` and COMMIT begin the lines of listings, which may be many.
  if (text.startsWith('add ', start) || end - start > 2000) return;
  const line = text.slice(start, end);
  const script = SCRIPT_LINE.exec(line);
  if (script) edits.blank(start, start + script[0].length);
  else if (FENCE.test(line) || BARE_PROMPT.test(line) || COMMAND_LINE.test(line) || WARNING.test(line))
    edits.blank(start, end);
  else if (PROMPT_LINE.test(line) && new RegExp(COMMAND).test(line)) edits.blank(start, end);
}
