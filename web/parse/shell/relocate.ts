/** Gives everything that was read from a made text its place in the text of the user. */

import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { nameSpanOf } from '../../model/rule.ts';
import type { Chain, NamedObject, NamedSet, Rule, Table } from '../../model/ruleset.ts';
import type { ParsedSection } from '../format.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

type Place = (span: Span) => Span;

/** Changes all spans of `section` by `place`, those of rules by `placeRule`. Cost: linear in its nodes, times what `place` costs. */
export function relocate(section: ParsedSection, place: Place, placeRule: Place): void {
  for (const table of section.tables as Open<Table>[]) {
    table.span = place(table.span);
    for (const chain of table.chains as Open<Chain>[]) relocateChain(chain, place, placeRule);
    for (const set of table.sets) relocateSet(set, place);
    for (const object of table.objects as Open<NamedObject>[]) object.span = place(object.span);
  }
  for (const set of section.ipsets) relocateSet(set, place);
  section.diagnostics.forEach((each, index) => {
    section.diagnostics[index] = relocated(each, place);
  });
}

function relocateChain(chain: Open<Chain>, place: Place, placeRule: Place): void {
  const name = place(nameSpanOf(chain));
  const { start, end } = place(chain);
  Object.assign(chain, { start, end, nameStart: name.start, nameEnd: name.end });
  for (const rule of chain.rules as Open<Rule>[]) {
    const { start, end } = placeRule(rule);
    rule.start = start;
    rule.end = end;
  }
}

function relocateSet(set: Open<NamedSet>, place: Place): void {
  set.span = place(set.span);
  set.nameSpan = place(set.nameSpan);
}

function relocated(each: Diagnostic, place: Place): Diagnostic {
  if (!each.notes) return { ...each, span: place(each.span) };
  const notes = each.notes.map((note) => (note.span ? { ...note, span: place(note.span) } : note));
  return { ...each, span: place(each.span), notes };
}
