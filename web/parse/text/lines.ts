/** What stands around a dump's lines: markdown fences, shell prompts and the commands behind them, what pagers leave behind. */
import { detectShell, isShellCall } from '../shell/detect.ts';
import type { Codes } from './codes.ts';
import { Edits, eachLine, type Repair } from './edits.ts';
import { isHostHeader, isListingLine } from './prefixes.ts';

/** So much of a text tells whether it is a script. */
const SCRIPT_HEAD = 1 << 16;

const TOOL = '(?:/\\S*/)?(?:ip6?tables|arptables|ebtables|xtables)(?:-nft|-legacy)?';
/** A command that prints a dump, or runs one that does. */
const COMMAND = `(?:sudo\\s+(?:-\\S+\\s+)*)?(?:${TOOL}-save|${TOOL}\\s+(?:-\\S+\\s+(?:\\w+\\s+)?)*(?:-S|-L|--list-rules)\\b|(?:/\\S*/)?nft\\s+(?:-\\S+\\s+)*(?:list|-f|add|flush)\\b|(?:/\\S*/)?ipset\\s+(?:save|list)|kubectl\\s|docker\\s|podman\\s|crictl\\s|ssh\\s|nsenter\\s|cat\\s|less\\s|tail\\s|head\\s|talosctl\\s|calicoctl\\s)`;
const PROMPT = '(?:\\[?[\\w.-]+@[\\w.-]+[^#$%>]{0,80}[#$%>]|[\\w.~/-]{0,60}[#$%>\\u276f\\u279c]|\\u279c\\s+\\S+)\\s*';
const PROMPT_LINE = new RegExp(`^\\s*${PROMPT}\\s${COMMAND}?`);
const COMMAND_LINE = new RegExp(`^\\s*(?:${PROMPT}\\s)?${COMMAND}[^{]*$`);
const BARE_PROMPT = /^\s*\[?[\w.-]+@[\w.-]+[^#$%>]{0,80}[#$%>]\s*(?:exit|logout|\^[CD])?\s*$/;
/** Nothing else looks like that: what stands behind it was typed. `^C` ends what a command prints. */
const SURE_PROMPT =
  /^\s*(?:\[[\w.-]+@[\w.-]+[^\]#$%>]{0,80}\][#$%]|[\w.-]+@[\w.-]+:[^#$%>]{0,80}[#$%])\s|^\s*\^[CDZ\\]\s*$/;
/** A prompt with something behind it. `#` alone begins a comment. */
const TYPED_PROMPT = new RegExp(`^\\s*${PROMPT}\\s+(?=\\S)`);
const HASH = 0x23;
const FENCE = /^\s*(?:```|~~~)[\w-]*\s*$/;
/** What `more` leaves in front of the next line, and `less` as a line of its own. */
const MORE = /^\s*--? ?more ?--?(?: ?\([^)]{0,20}\))?-*\s*/i;
const LESS = /^\s*(?:\(END\)|:|~|lines \d+-\d+(?:\/\d+)?(?: \(END\)| \d+%)?)\s*$/;
/** `# iptables -A ...` of a root shell; in a script it is a comment. */
const HASH_CALL = /^#[ \t]+(?=\S)/;
const WARNING = /^(?:# Warning: ip6?tables-legacy tables present|Defaulted container |Warning: )/;

/** Empty lines, and those that begin as a dump's own lines do: with a blank, `*`, `:`, `#`, `-`, `}`, `[12:345]`. Other lines are looked at. */
function isOwn(codes: Codes, start: number, end: number): boolean {
  if (start === end) return true;
  const next = start + 1 < codes.length ? (codes[start + 1] as number) : 0;
  switch (codes[start]) {
    case 0x20:
    case 0x09:
    case 0x2a:
    case HASH:
    case 0x7d:
      return true;
    case 0x3a: // `:` alone is a pager's
      return next > 0x20;
    case 0x2d: // `--More--`
      return next !== 0x2d && next !== 0x20;
    case 0x5b: // a counter, not a prompt nor a number of a list
      return isCounter(codes, start + 1);
    default:
      return false;
  }
}

function isCounter(codes: Codes, start: number): boolean {
  let at = start;
  while (at < codes.length && (codes[at] as number) >= 0x30 && (codes[at] as number) <= 0x39) at++;
  return at > start && codes[at] === 0x3a;
}

/**
 * Text around fences, where a listing or commands stand inside of them and none outside: prose of an issue or a chat. The lines of the fences are
 * repairPrompts' business.
 */
export const repairProse: Repair = {
  code: 'repaired-prose',
  message: (count) =>
    `${count === 1 ? '1 line' : `${count} lines`} around fenced text ${count === 1 ? 'is' : 'are'} left out.`,
  edit({ text }) {
    if (!text.includes('```') && !text.includes('~~~')) return null;
    const outside: { readonly start: number; readonly end: number }[] = [];
    let open = false;
    let fences = 0;
    let inside = false;
    let beside = false;
    eachLine(text, (start, end) => {
      const line = text.slice(start, Math.min(end, start + 400));
      if (FENCE.test(line)) {
        open = !open;
        fences++;
        return;
      }
      const telling = isListingLine(line) || isShellCall(line);
      if (open) inside ||= telling;
      else if (line.trim() !== '') {
        beside ||= telling;
        outside.push({ start, end });
      }
    });
    if (!inside || beside || open || fences < 2) return null;
    const edits = new Edits(text);
    for (const { start, end } of outside) edits.blank(start, end);
    return edits;
  },
};

/** A fence may be indented, a prompt is not. */
export const repairPrompts: Repair = {
  code: 'repaired-prompt',
  message: (count) =>
    `${count === 1 ? '1 line' : `${count} lines`} of a terminal or of markdown (prompt, command, fence) ${count === 1 ? 'is' : 'are'} ignored.`,
  edit({ text, codes, lineEnds }) {
    const edits = new Edits(text);
    const head = text.slice(0, SCRIPT_HEAD);
    const isScript = detectShell(head) > 0;
    const hashPrompts =
      !isScript && head.split('\n').some((line) => HASH_CALL.test(line) && isShellCall(line.replace(HASH_CALL, '')));
    let start = 0;
    for (let line = 0; line < lineEnds.length; line++) {
      const end = lineEnds[line] as number;
      if (hashPrompts && codes[start] === HASH && isShellCall(text.slice(start + 1, Math.min(end, start + 400))))
        edits.blank(start, start + 1);
      else if (!isOwn(codes, start, end)) editLine(text, start, end, isScript, edits);
      start = end + 1;
    }
    return edits;
  },
};

function editLine(text: string, start: number, end: number, isScript: boolean, edits: Edits): void {
  // `add`, `create`, `table` and COMMIT begin the lines of listings, which may be many.
  if (text.startsWith('add ', start) || end - start > 2000) return;
  const line = text.slice(start, end);
  const prompt = TYPED_PROMPT.exec(line)?.[0].length ?? 0;
  if (isShellCall(line.slice(prompt))) {
    if (prompt > 0) edits.blank(start, start + prompt);
    return;
  }
  const more = MORE.exec(line)?.[0].length ?? 0;
  if (more > 0) edits.blank(start, start + more);
  else if (isNoise(line)) edits.blank(start, end);
  // In a script, whoever reads it passes over what makes no rules.
  else if (!(isScript && prompt === 0) && COMMAND_LINE.test(line)) edits.blank(start, end);
  else if (PROMPT_LINE.test(line) && new RegExp(COMMAND).test(line)) edits.blank(start, end);
}

function isNoise(line: string): boolean {
  return (
    FENCE.test(line) ||
    LESS.test(line) ||
    SURE_PROMPT.test(line) ||
    isHostHeader(line) ||
    BARE_PROMPT.test(line) ||
    WARNING.test(line)
  );
}
