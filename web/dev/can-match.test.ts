/**
 * Rules that the kernel matched to a packet can match what is known of that packet in part: `false` is certain (kernel/can-match.ts). The recorded
 * cases tell what the kernel matched; their first step of a hook has the packet as it was then.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filterRules } from '../views/filter-rules.ts';
import { contextOf } from '../views/testing.ts';

interface Step {
  readonly type: string;
  readonly engine: string;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly ruleIndex: number;
  readonly packet?: { readonly src: string; readonly dst: string; readonly proto: string };
}

interface Recorded {
  readonly name: string;
  readonly rulesets: readonly { readonly format: string; readonly text: string }[];
  readonly ipset?: string;
  readonly trace: readonly Step[];
}

const FILTERS = ({ src, dst, proto }: NonNullable<Step['packet']>): string[] => [
  `to ${dst}`,
  `from ${src}`,
  `${/^(tcp|udp|sctp|icmp)$/.test(proto) ? proto : ''} from ${src} to ${dst}`,
];

describe('rules that the kernel matched', () => {
  const cases = readFileSync(new URL('../kernel/cases/golden.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);

  it('can match what is known of the packet', () => {
    let checked = 0;
    for (const one of cases) {
      const context = contextOf(...one.rulesets.map(({ text }) => text), ...(one.ipset ? [one.ipset] : []));
      let packet: Step['packet'];
      for (const step of one.trace) {
        packet = step.packet ?? packet;
        if (step.type !== 'rule' || !step.packet || !packet) continue;
        const chain = context.analysis.ruleset.chains.find(
          ({ name: called, table }) =>
            called === step.chain &&
            table.name === step.table &&
            table.family === step.family &&
            (table.backend === 'iptables-legacy') === (step.engine === 'legacy'),
        );
        if (!chain) continue;
        for (const words of FILTERS(packet)) {
          const filter = { owner: null, verdict: null, text: '', packet: words };
          const { indexes, problem } = filterRules(context, chain, filter);
          if (problem !== null) continue;
          checked += 1;
          expect([...indexes], `${one.name}: ${step.chain} ${step.ruleIndex}, ${words}`).toContain(step.ruleIndex);
        }
      }
    }
    expect(checked).toBeGreaterThan(cases.length);
  });
});
