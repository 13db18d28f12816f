/** When two rules are the same rule for `iptables -D`: all they say, in its order, but not how it is spelled nor what was counted. */
import type { Statement } from '../../model/statement.ts';

const IGNORED: ReadonlySet<string> = new Set(['spelled', 'via']);
const KEYS = new WeakMap<readonly Statement[], string>();

/** Equal for bodies that `iptables -D` takes for the same. Cost: linear in the body at first, then constant. */
export function bodyKey(body: readonly Statement[]): string {
  const known = KEYS.get(body);
  if (known !== undefined) return known;
  const said = body.filter(({ kind }) => kind !== 'counter');
  const key = JSON.stringify(said, (name, value: unknown) => {
    if (IGNORED.has(name)) return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
  KEYS.set(body, key);
  return key;
}
