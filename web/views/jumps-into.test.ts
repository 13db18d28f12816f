import { expect, it } from 'vitest';
import { buildJumpsInto } from './jumps-into.ts';
import { chainIn, contextOf } from './testing.ts';

const context = contextOf(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:A - [0:0]
:B - [0:0]
-A INPUT -j B
-A INPUT -p tcp -j A
-A FORWARD -p udp -j A
-A FORWARD -p tcp -j A
-A A -j B
COMMIT
`);

it('finds the rules of base chains that lead to a chain, at once or over others', () => {
  const { jumps, more, name } = buildJumpsInto(context, chainIn(context, 'B'), 10);
  const named = jumps.map(({ chain, index, direct }) => [context.analysis.ruleset.chains[chain]?.name, index, direct]);
  expect(name).toBe('B');
  expect(named).toEqual([
    ['INPUT', 1, true],
    ['INPUT', 2, false],
    ['FORWARD', 1, false],
    ['FORWARD', 2, false],
  ]);
  expect(more).toBe(0);
  expect(buildJumpsInto(context, chainIn(context, 'B'), 1)).toMatchObject({ jumps: [{ index: 1 }], more: 3 });
  expect(buildJumpsInto(context, chainIn(context, 'INPUT'), 10).jumps).toEqual([]);
});
