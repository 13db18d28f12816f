/** What is shown of a chain's text for nft: all but the many elements and declared chains, which are counted. */
import { plural } from '../shell/words.ts';

/** Of each set or map. */
const ELEMENTS = 6;
/** Lines of declarations. */
const DECLARED = 6;
const ELEMENT = /^\t\t\t {5}/;
const DECLARATIONS = '\t# What the rules name';

/** Linear in the text. */
export function previewOf(text: string): string {
  const lines = text.trimEnd().split('\n');
  const at = lines.findIndex((line) => line.startsWith(DECLARATIONS));
  const head = at === -1 ? lines : lines.slice(0, at);
  const rest = at === -1 ? [] : lines.slice(at);
  return [...withFewElements(head), ...withFewDeclarations(rest)].join('\n');
}

function withFewElements(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let run = 0;
  lines.forEach((line, i) => {
    run = ELEMENT.test(line) ? run + 1 : 0;
    if (run < ELEMENTS) kept.push(line);
    else if (!ELEMENT.test(lines[i + 1] ?? '')) {
      kept.push(`\t\t\t     … ${plural(run - ELEMENTS + 1, 'element')} more }`);
    }
  });
  return kept;
}

function withFewDeclarations(lines: readonly string[]): readonly string[] {
  const chains = lines.filter((line) => line.startsWith('\tchain ')).length;
  if (lines.length <= DECLARED + 4) return lines;
  const shown = lines.slice(0, DECLARED);
  const more = chains - shown.filter((line) => line.startsWith('\tchain ')).length;
  return [...shown, `\t# … ${plural(more, 'chain')} more`, '}'];
}
