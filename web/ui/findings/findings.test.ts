import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { keyAction } from './keys.ts';
import { countBySeverity, countsInWords, isFiltering, listFindings, NO_FILTER, toggled, wordOf } from './list.ts';
import { escapeMarkdown, findingMarkdown, inlineCode } from './markdown.ts';
import { isMore, withOrderGroups } from './order-groups.ts';
import { witnessLines } from './witness-lines.ts';

function finding(id: string, over: Partial<Finding> = {}): Finding {
  return {
    id,
    mechanism: 'same-chain-order',
    severity: 'info',
    title: `title ${id}`,
    why: '',
    owners: [],
    orderSensitive: null,
    where: [],
    marks: [],
    sign: 'note',
    remedy: null,
    catalogue: [],
    references: [],
    unknowns: [],
    proof: null,
    ...over,
  };
}

const all = [
  finding('n1', { why: 'about KUBE-FORWARD' }),
  finding('e1', { severity: 'error', owners: ['calico-iptables', 'firewalld'] }),
  finding('w1', {
    severity: 'warning',
    owners: ['calico-iptables'],
    where: [{ chain: 1, rule: 2, note: 'accepts 0x10000' }],
  }),
  finding('e2', { severity: 'error', remedy: 'Mask the mark.' }),
];
const ids = (filter: Partial<typeof NO_FILTER>) =>
  listFindings(all, { ...NO_FILTER, ...filter }, (owner) => (owner === 'firewalld' ? 'the firewall' : owner)).map(
    ({ id }) => id,
  );

describe('listFindings', () => {
  it.each([
    ['errors first, each kind as it came', {}, ['e1', 'e2', 'w1', 'n1']],
    ['severities', { severities: ['warning', 'info'] as const }, ['w1', 'n1']],
    ['an owner', { owners: ['calico-iptables'] }, ['e1', 'w1']],
    ['a pair of owners', { owners: ['calico-iptables', 'firewalld'] }, ['e1']],
    ['words of the reason, any case', { text: ' kube-forward ' }, ['n1']],
    ['words of a place', { text: '0x10000' }, ['w1']],
    ['words of the remedy', { text: 'mask' }, ['e2']],
    ['an owner by name', { text: 'the firewall' }, ['e1']],
    ['nothing', { text: 'zebra' }, []],
  ])('%s', (_, filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });

  it('does not change what it was given', () => {
    listFindings(all, NO_FILTER, String);
    expect(all.map(({ id }) => id)).toEqual(['n1', 'e1', 'w1', 'e2']);
  });
});

describe('words and filters', () => {
  it('counts', () => {
    expect(countBySeverity(all)).toEqual({ error: 2, warning: 1, info: 1 });
    expect(countsInWords(countBySeverity(all))).toBe('2 errors, 1 warning, 1 note');
    expect(countsInWords(countBySeverity([]))).toBe('');
  });
  it('toggles', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
    expect(isFiltering(NO_FILTER)).toBe(false);
    expect(isFiltering({ ...NO_FILTER, text: ' ' })).toBe(false);
    expect(isFiltering({ ...NO_FILTER, owners: ['a'] })).toBe(true);
  });
});

describe('keyAction', () => {
  const press = (key: string, current: number, openAt = -1, count = 5) =>
    keyAction({ key, ctrlKey: false, metaKey: false, altKey: false }, current, count, openAt);
  it.each([
    ['ArrowDown', 0, -1, { focus: 1 }],
    ['j', 4, -1, { focus: 4 }],
    ['ArrowUp', 0, -1, { focus: 0 }],
    ['k', 3, -1, { focus: 2 }],
    ['Home', 3, -1, { focus: 0 }],
    ['End', 0, -1, { focus: 4 }],
    ['n', 1, -1, { open: 1, focus: 1 }],
    ['n', 1, 1, { open: 2, focus: 2 }],
    ['p', 1, 1, { open: 0, focus: 0 }],
    ['n', 4, 4, { open: 4, focus: 4 }],
    ['Escape', 2, 2, { open: null }],
    ['Escape', 2, -1, null],
    ['Enter', 2, -1, null],
    ['x', 2, -1, null],
  ])('%s at %d with %d open', (key, current, openAt, expected) => {
    expect(press(key, current, openAt)).toEqual(expected);
  });
  it('leaves shortcuts and empty lists alone', () => {
    expect(keyAction({ key: 'k', ctrlKey: true, metaKey: false, altKey: false }, 0, 5, -1)).toBeNull();
    expect(press('j', 0, -1, 0)).toBeNull();
  });
});

describe('findingMarkdown', () => {
  it('has everything that the panel shows', () => {
    const given = finding('same-chain-order/ip-filter-FORWARD', {
      severity: 'error',
      sign: 'overruled',
      title: 'firewalld rejects what Calico accepts',
      why: 'Accept ends one chain only.',
      remedy: 'Trust the interface.',
      unknowns: ['-m bpf'],
      catalogue: ['calico-firewalld'],
      references: [{ title: 'firewalld#767', url: 'https://example.org/767' }],
    });
    const places = [
      {
        path: 'ip filter FORWARD rule 10',
        document: 'node-a.save',
        line: 2322,
        text: '-A FORWARD -j ACCEPT',
        note: 'accepts mark 0x10000',
      },
      { path: 'inet firewalld filter_FORWARD', document: null, line: 7104, text: null, note: '' },
    ];
    expect(findingMarkdown({ finding: given, owners: ['Calico', 'Docker', 'firewalld'], places })).toBe(
      `### firewalld rejects what Calico accepts

**Error**, overruled, Calico, Docker and firewalld

Accept ends one chain only.

**Where**

- \`ip filter FORWARD rule 10\` (node-a.save line 2322): accepts mark 0x10000
  \`-A FORWARD -j ACCEPT\`
- \`inet firewalld filter_FORWARD\` (line 7104)

**Remedy:** Trust the interface.

**Hangs on**

- -m bpf

**References**

- [firewalld#767](https://example.org/767)

nfscope finding \`same-chain-order/ip-filter-FORWARD · calico-firewalld\`
`.replace('firewalld#767](', 'firewalld\\#767]('),
    );
  });

  it('leaves out what there is not', () => {
    const text = findingMarkdown({ finding: finding('x', { why: 'Why.' }), owners: [], places: [] });
    expect(text).toBe('### title x\n\n**Note**, note\n\nWhy.\n\nnfscope finding `x`\n');
  });

  it('does not let a dump write markup, mention people or leave its code', () => {
    expect(escapeMarkdown('<img src=x> [a](b) @all *x*\n# h')).toBe(
      '\\<img src=x\\> \\[a\\](b) &#64;all \\*x\\* \\# h',
    );
    expect(inlineCode('a`b')).toBe('``a`b``');
    expect(inlineCode('`x')).toBe('`` `x ``');
    expect(inlineCode('a\nb')).toBe('`a b`');
  });
});

describe('the word beside a finding', () => {
  it('is the sign, or how bad it is where the sign only asks for attention', () => {
    expect(wordOf(finding('a', { sign: 'undecided', severity: 'warning' }))).toBe('undecided');
    expect(wordOf(finding('a', { sign: 'attention', severity: 'warning' }))).toBe('warning');
    expect(wordOf(finding('a', { sign: 'attention', severity: 'error' }))).toBe('error');
    expect(wordOf(finding('a'))).toBe('note');
  });
});

describe('order-sensitive pairs of one chain', () => {
  const pair = (id: string, chain: number): Finding =>
    finding(`same-chain-order/ip.filter.FORWARD/${id}`, {
      severity: 'warning',
      sign: 'order-sensitive',
      orderSensitive: true,
      owners: [id],
      where: [{ chain, rule: null, note: '' }],
    });
  const list = [pair('a', 1), finding('other'), pair('b', 1), pair('c', 1), pair('d', 2), pair('e', 2)];
  const shown = (expanded: readonly string[] = [], keep: string | null = null) =>
    withOrderGroups(list, new Set(expanded), keep).map(({ id }) =>
      id.replace('same-chain-order/ip.filter.FORWARD/', ''),
    );

  it('are one line behind the first, from three on', () => {
    expect(shown()).toEqual(['a', 'more/1/warning/order-sensitive', 'other', 'd', 'e']);
    const more = withOrderGroups(list, new Set(), null).find(({ id }) => isMore(id));
    expect(more).toMatchObject({ title: '2 more pairs of writers in FORWARD whose order matters', owners: ['b', 'c'] });
  });

  it('are listed when they are asked for, or when one of them is open', () => {
    const all = ['a', 'other', 'b', 'c', 'd', 'e'];
    expect(shown(['more/1/warning/order-sensitive'])).toEqual(all);
    expect(shown([], 'same-chain-order/ip.filter.FORWARD/c')).toEqual(all);
  });
});

describe('a witness in short lines', () => {
  it('has its protocol, ends, flags, state, interfaces and marks', () => {
    const packet = {
      proto: 'tcp',
      src: '10.244.1.7',
      sport: 40000,
      dst: '10.96.0.10',
      dport: 53,
      tcpFlags: 2,
      iif: 'cali1',
      oif: 'eth0',
      mark: 16384,
    };
    expect(witnessLines(packet)).toEqual([
      'TCP 10.244.1.7:40000',
      '→ 10.96.0.10:53 SYN, ct new',
      'in cali1 out eth0 mark 0x4000',
    ]);
  });

  it('of the node, of IPv6, of ICMP, of a protocol without a name', () => {
    expect(
      witnessLines({ proto: 'icmpv6', src: 'fd00::1', dst: 'fd00::2', icmpType: 128, path: 'output', oif: 'eth0' }),
    ).toEqual(['ICMPV6 fd00::1', '→ fd00::2 type 128, ct new', 'from the node out eth0']);
    expect(
      witnessLines({
        proto: '99',
        src: 'fd00::1',
        dst: 'fd00::2',
        dport: 1,
        iif: 'eth0',
        path: 'input',
        ctstate: 'established',
      }),
    ).toEqual(['protocol 99 fd00::1', '→ [fd00::2]:1 ct established', 'in eth0 to the node']);
  });
});
