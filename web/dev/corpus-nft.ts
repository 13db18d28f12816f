/** What nft's own files can be asked beyond reading them: a listing comes back byte for byte, and JSON says what its text says. For web/dev. */
import { linkRuleset } from '../model/link.ts';
import { normalRuleText } from '../model/normal-rule.ts';
import { isListingText } from '../parse/nft/listing-text.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';
import { kept, type Outcome, reasonFor } from './corpus-cases.ts';
import { readText } from './reading.ts';

export interface Listing {
  /** With the dump's text at hand, as the page prints it. */
  readonly same: boolean;
  /** From the model alone. */
  readonly alone: boolean;
  readonly detail: string;
}

/** Prints a listing of nft; null where the text is none (a script, a file that a person wrote). */
export function listingPrinted(text: string): Listing | null {
  if (!isListingText(text) || text.trim() === '') return null;
  const ruleset = linkRuleset(readDocument(0, 'ruleset.nft', text));
  const printed = printNft(ruleset).text;
  const lines = printed.split('\n');
  const at = text.split('\n').findIndex((line, i) => line !== lines[i]);
  const detail = printed === text ? '' : `line ${at + 1}: ${text.split('\n')[at]}\n    ≠ ${lines[at]}`;
  return { same: printed === text, alone: printNft({ tables: ruleset.tables }).text === text, detail };
}

/** `# RULE` and its statements as JSON: both mean the same. */
export function jsonCases(path: string, text: string): Outcome[] {
  const folder = path.split('/').at(-2) ?? 'ip';
  const family = folder === 'any' ? 'inet' : folder;
  const outcomes: Outcome[] = [];
  for (const piece of text.split(/^(?=#)/m)) {
    const [head = '', ...body] = piece.split('\n');
    if (head.startsWith('#') && body.join('').trim() !== '')
      outcomes.push(jsonCase(family, head.slice(1).trim(), body.join('\n')));
  }
  return outcomes;
}

function jsonCase(family: string, rule: string, json: string): Outcome {
  const one = readText('rules.nft', `table ${family} t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`);
  const place = `"family": "${family}", "table": "t"`;
  const head = `{"table": {"family": "${family}", "name": "t"}}, {"chain": {${place}, "name": "c"}}`;
  const other = readText('rules.json', `{"nftables": [${head}, {"rule": {${place}, "chain": "c", "expr": ${json}}}]}`);
  const [left, right] = [one, other].map(({ ruleset }) =>
    ruleset.rules[0] ? normalRuleText(ruleset.rules[0]) : '(none)',
  );
  return {
    what: rule,
    problems: [...one.problems, ...other.problems],
    ...kept(one, other),
    same: left === right,
    detail: left === right ? '' : `${left}\n    ≠ ${right}`,
    ...reasonFor(rule),
  };
}
