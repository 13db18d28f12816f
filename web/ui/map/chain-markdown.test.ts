import { describe, expect, it } from 'vitest';
import { chainMarkdown } from './chain-markdown.ts';

const detail = {
  address: { family: 'ip', table: 'filter', backend: 'iptables', chain: 'FORWARD' },
  base: { hook: 'forward', effectivePriority: 0, policy: 'drop' },
  rules: 11,
} as never;

describe('chainMarkdown', () => {
  it('has a part of a chain', () => {
    expect(
      chainMarkdown({
        detail,
        owner: 'Calico',
        from: 1,
        to: 2,
        below: 31,
        rules: ['-A FORWARD -j a', '-A FORWARD -j b'],
      }),
    ).toBe(
      '`ip filter FORWARD`: hook forward, priority 0, policy drop, Calico: rules 1 to 2 of 11, 31 below\n\n```\n-A FORWARD -j a\n-A FORWARD -j b\n```\n',
    );
  });
  it('says how many rules it leaves out', () => {
    expect(chainMarkdown({ detail, owner: null, from: 1, to: 11, below: 451, rules: ['x'] })).toContain(
      'and 10 more rules',
    );
  });
  it('lets no rule end the fence, and no owner write markup', () => {
    const text = chainMarkdown({ detail, owner: '*x*', from: 3, to: 3, below: 0, rules: ['````', 'a'] });
    expect(text).toContain('\\*x\\*: rule 3 of 11\n');
    expect(text).toContain('`````\n````\na\n`````\n');
  });
});
