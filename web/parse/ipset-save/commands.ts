/** The commands of ipset that change or delete sets, as scripts have them. Follows ipset(8). */
import type { Expression, SetElement } from '../../model/expression.ts';
import type { NamedSet } from '../../model/ruleset.ts';
import type { Word } from '../iptables-save/words.ts';
import type { Building } from './parse.ts';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['-D', 'del'],
  ['--del', 'del'],
  ['-F', 'flush'],
  ['--flush', 'flush'],
  ['-X', 'destroy'],
  ['--destroy', 'destroy'],
  ['-W', 'swap'],
  ['--swap', 'swap'],
  ['-E', 'rename'],
  ['--rename', 'rename'],
  ['-T', 'test'],
  ['--test', 'test'],
  ...['del', 'flush', 'destroy', 'swap', 'rename', 'test', 'list', 'save'].map((name) => [name, name] as const),
]);

export function isSetCommand(command: string): boolean {
  return NAMES.has(command);
}

/**
 * Carries out the command that `words` are. `read` reads an element of a set. Why ipset would refuse it, or null. Cost: the set's elements.
 */
export function runSetCommand(
  words: readonly Word[],
  sets: Map<string, Building>,
  ipsets: NamedSet[],
  read: (element: string, building: Building) => Expression,
): string | null {
  const [command, name, argument] = words.map(({ text }) => text);
  const kind = NAMES.get(command ?? '');
  const building = name === undefined ? undefined : sets.get(name);
  if (kind === 'test' || kind === 'list' || kind === 'save') return null;
  if (kind === 'flush' && name === undefined) {
    for (const { elements } of sets.values()) elements.length = 0;
    return null;
  }
  if (kind === 'destroy' && name === undefined) {
    sets.clear();
    ipsets.length = 0;
    return null;
  }
  if (name === undefined || !building) return `there is no set ${name ?? ''}`;
  switch (kind) {
    case 'del':
      return remove(building, argument === undefined ? null : read(argument, building));
    case 'flush':
      building.elements.length = 0;
      return null;
    case 'destroy':
      sets.delete(name);
      ipsets.splice(ipsets.indexOf(building.set), 1);
      return null;
    case 'swap':
    case 'rename':
      return exchange(kind, name, argument ?? '', sets);
    default:
      return null;
  }
}

function remove({ elements }: Building, element: Expression | null): string | null {
  const key = element && keyOf(element);
  const at = elements.findIndex((each) => keyOf(each.key) === key);
  if (at < 0) return 'the set has no such element';
  elements.splice(at, 1);
  return null;
}

/** Two sets change their names. */
function exchange(kind: 'swap' | 'rename', from: string, to: string, sets: Map<string, Building>): string | null {
  const one = sets.get(from);
  const other = sets.get(to);
  if (!one || (kind === 'swap') !== (other !== undefined))
    return other ? `there is a set ${to} already` : `there is no set ${to}`;
  sets.delete(from);
  one.set.name = to;
  sets.set(to, one);
  if (other) {
    other.set.name = from;
    sets.set(from, other);
  }
  return null;
}

function keyOf(key: Expression): string {
  return JSON.stringify(key, (name, value: unknown) => {
    if (name === 'spelled') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}

/** Of elements with one key the last stays, at the place of the first. */
export function dropRepeated(elements: SetElement[]): void {
  const places = new Map<string, number>();
  let kept = 0;
  for (const element of elements) {
    const key = keyOf(element.key);
    const place = places.get(key);
    if (place !== undefined) elements[place] = element;
    else {
      places.set(key, kept);
      elements[kept++] = element;
    }
  }
  elements.length = kept;
}
