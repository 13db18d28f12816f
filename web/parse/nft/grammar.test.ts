/** Grammar cases: `cases/*.txt` hold a rule, `==>` its model and, where it differs, `-->` how it is printed. A rule without a model fails. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../model/ruleset.ts';
import { spellStatement } from '../../model/spell.ts';
import { dumpStatements } from './dump.testing.ts';
import { locateNft } from './locate.ts';
import { parseNft } from './parse.ts';

interface Case {
  readonly rule: string;
  readonly model: string | undefined;
  readonly printed: string;
}

function readCases(text: string): Case[] {
  const cases: Case[] = [];
  for (const line of text.split('\n')) {
    const last = cases.at(-1);
    if (line.startsWith('  ==> ') && last) cases[cases.length - 1] = { ...last, model: line.slice(6) };
    else if (line.startsWith('  --> ') && last) cases[cases.length - 1] = { ...last, printed: line.slice(6) };
    else if (line !== '' && !line.startsWith('#')) cases.push({ rule: line, model: undefined, printed: line });
  }
  return cases;
}

function parseRule(rule: string): { text: string; rule: Rule } {
  const text = `table inet t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`;
  const parsed = parseNft(text, 0, text.length, {}).tables[0]?.chains[0]?.rules[0];
  if (!parsed) throw new Error(`no rule in: ${rule}`);
  return { text, rule: parsed };
}

const folder = new URL('cases/', import.meta.url);
for (const file of readdirSync(folder)) {
  describe(file, () => {
    const cases = readCases(readFileSync(new URL(file, folder), 'utf8'));
    it.each(cases)('$rule', ({ rule: source, model, printed }) => {
      const { text, rule } = parseRule(source);
      expect(dumpStatements(rule.body)).toBe(model);
      expect(rule.body.map(spellStatement).join(' ')).toBe(printed);
      expect(text.slice(rule.start, rule.end)).toBe(source);
      const again = parseRule(printed).rule;
      expect(dumpStatements(again.body)).toBe(model);
      expect(again.body.map(spellStatement).join(' ')).toBe(printed);
    });

    it.each(cases)('locates the statements of: $rule', ({ rule: source }) => {
      const { text, rule } = parseRule(source);
      const pieces = locateNft(text, rule).map((span) => text.slice(span.start, span.end));
      expect(pieces.length).toBe(rule.body.length);
      expect(pieces.join(' ').replace(/\s+/g, ' ')).toBe(source.replace(/\s+/g, ' '));
    });
  });
}
