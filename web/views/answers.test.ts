import { describe, expect, it } from 'vitest';
import { addressOfChain, addressOfRule, addressOfSet, resolveAddress } from './address.ts';
import { buildChain, listChains } from './chains.ts';
import { buildOwner, buildRule, buildSet } from './details.ts';
import { buildOverview } from './overview.ts';
import { buildRows } from './rows.ts';
import { chainIn, contextOf, ruleIn, setIn } from './testing.ts';

const SAVE = `*filter
:INPUT ACCEPT [7:700]
:FORWARD DROP [0:0]
:KUBE-FIREWALL - [0:0]
[5:500] -A INPUT -m comment --comment "one" -j KUBE-FIREWALL
[3:300] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A KUBE-FIREWALL -m set --match-set nets src -j DROP
COMMIT
`;
const NFT = `table inet app {
	set hosts {
		type ipv4_addr . inet_service
		elements = { 10.0.0.1 . 80 }
	}
	map to {
		type ipv4_addr : ipv4_addr
		elements = { 10.0.0.1 : 10.0.0.2 }
	}
	counter hits {
		packets 0 bytes 0
	}
	chain in {
		type filter hook input priority 10; policy accept;
		ip saddr . tcp dport @hosts accept
	}
	chain out {
		type nat hook output priority dstnat; policy accept;
		dnat ip to ip daddr map @to
		meta mark set ip saddr map { 10.0.0.1 : 0x1 }
		add @hosts { ip saddr . tcp dport }
	}
}
`;
const IPSETS =
  'create nets hash:ip,port family inet hashsize 1024 maxelem 65536\nadd nets 10.0.0.1,tcp:80\nadd nets 10.0.0.2,udp:53\n';
const context = contextOf(SAVE, NFT, IPSETS);

describe('rows', () => {
  const input = chainIn(context, 'INPUT').id;
  it('have counters, comment, line and span', () => {
    const [row] = buildRows(context, input, 1, 1);
    expect(row).toMatchObject({ index: 1, packets: 5, bytes: 500, comment: 'one', document: 'd0', line: 5 });
    expect(SAVE.slice(row?.span.start, row?.span.end)).toContain('-A INPUT');
  });
  it.each([
    [1, 10, [1, 2]],
    [2, 1, [2]],
    [3, 5, []],
    [0, 1, [1]],
    [-5, 1, [1]],
    [1, 0, []],
  ])('from %i, %i of them', (from, count, indexes) => {
    expect(buildRows(context, input, from, count).map(({ index }) => index)).toEqual(indexes);
  });
  it('have no counter where the dump has none', () => {
    const row = buildRows(context, chainIn(context, 'in').id, 1, 1)[0];
    expect([row?.packets, row?.bytes]).toEqual([null, null]);
  });
});

describe('chains', () => {
  it('tell their hook, what follows on it, and who jumps there', () => {
    const input = buildChain(context, chainIn(context, 'INPUT'));
    expect(input.base).toMatchObject({
      hook: 'input',
      policy: 'accept',
      policyPackets: 7,
      next: { name: 'in', effectivePriority: 10 },
    });
    expect(input).toMatchObject({ rules: 2, below: 1, packets: 8, worstCase: 3 });
    const called = buildChain(context, chainIn(context, 'KUBE-FIREWALL'));
    expect(called).toMatchObject({ base: null, callerCount: 1, callers: [{ name: 'INPUT', index: 1 }], line: 4 });
  });
  it('are listed with the very name first', () => {
    const names = listChains(context, 'in', 10).map(({ name }) => name);
    expect(names[0]).toBe('in');
    expect(names).toContain('INPUT');
    expect(listChains(context, '', 2)).toHaveLength(2);
  });
});

describe('addresses', () => {
  it('lead back to what they name', () => {
    const { ruleset } = context.analysis;
    for (const chain of ruleset.chains)
      expect(resolveAddress(ruleset, addressOfChain(chain))).toEqual({ chain: chain.id, rule: null, set: null });
    for (const rule of ruleset.rules)
      expect(resolveAddress(ruleset, addressOfRule(rule))).toEqual({ chain: rule.chain.id, rule: rule.id, set: null });
    for (const set of ruleset.sets)
      expect(resolveAddress(ruleset, addressOfSet(set))).toEqual({ chain: null, rule: null, set: set.id });
  });
  it('are null where it is gone, and forgive another backend', () => {
    const { ruleset } = context.analysis;
    const nothing = { chain: null, rule: null, set: null };
    const address = addressOfRule(ruleIn(context, 'INPUT', 2));
    expect(resolveAddress(ruleset, { ...address, rule: 9 })).toEqual({
      ...nothing,
      chain: ruleIn(context, 'INPUT').chain.id,
    });
    expect(resolveAddress(ruleset, { ...address, chain: '__proto__' })).toEqual(nothing);
    expect(resolveAddress(ruleset, { ...address, table: 'gone' })).toEqual(nothing);
    expect(resolveAddress(ruleset, { ...address, backend: 'nft' }).rule).toBe(ruleIn(context, 'INPUT', 2).id);
  });
});

describe('details', () => {
  it('of a set have its elements as its dump writes them, and every user', () => {
    expect(buildSet(context, setIn(context, 'hosts'))).toMatchObject({
      type: 'ipv4_addr . inet_service',
      elements: ['10.0.0.1 . 80'],
      userCount: 2,
      document: 'd1',
    });
    expect(buildSet(context, setIn(context, 'to'))).toMatchObject({
      type: 'ipv4_addr : ipv4_addr',
      elements: ['10.0.0.1 : 10.0.0.2'],
      userCount: 1,
    });
    const nets = buildSet(context, setIn(context, 'nets'));
    expect(nets).toMatchObject({ elements: ['10.0.0.1,tcp:80', '10.0.0.2,udp:53'], userCount: 1, document: 'd2' });
    expect(nets.users[0]?.match[0]).toMatchObject({ op: 'in', value: '@nets', set: nets.set });
  });
  it('of a rule have its text, its words and the way to it', () => {
    const detail = buildRule(context, ruleIn(context, 'KUBE-FIREWALL'));
    expect(detail.text).toContain('-A KUBE-FIREWALL');
    expect(detail.paths.map((path) => path.map(({ name }) => name))).toEqual([['INPUT', 'KUBE-FIREWALL']]);
    expect(detail.words.at(-1)).toBe('drop');
  });
  it('of an owner have its chains; there is no owner unknown', () => {
    expect(buildOwner(context, 'kubelet')?.chains.map(({ name }) => name)).toEqual(['KUBE-FIREWALL']);
    expect(buildOwner(context, 'unknown')).toBeNull();
    expect(buildOwner(context, 'constructor')).toBeNull();
  });
});

describe('the overview', () => {
  const overview = buildOverview(context);
  it('counts', () => {
    expect(overview.counts).toEqual({ tables: 2, chains: 5, rules: 7, sets: 3, elements: 4 });
    expect(overview.documents.map(({ dumps }) => dumps.map(({ format, rules }) => [format, rules]))).toEqual([
      [['iptables-save', 3]],
      [['nft', 4]],
      [['ipset-save', 0]],
    ]);
    expect(overview.hasCounters).toBe(true);
    expect(buildOverview(contextOf(NFT)).hasCounters).toBe(false);
  });
  it('has owners that occur, most rules first and unknown last', () => {
    expect(overview.owners.map(({ id, rules }) => [id, rules])).toEqual([
      ['kubelet', 2],
      ['unknown', 5],
    ]);
    expect(overview.owners.reduce((sum, { rules }) => sum + rules, 0)).toBe(overview.counts.rules);
  });
  it('has a map for each family with base chains, never none', () => {
    expect(overview.maps.map(({ family }) => family)).toEqual(['ip', 'ip6']);
    const hooks = overview.maps[0]?.hooks.map(({ hook, cards }) => [hook, cards.map(({ name }) => name)]);
    expect(hooks).toEqual([
      ['prerouting', []],
      ['forward', ['FORWARD']],
      ['input', ['INPUT', 'in']],
      ['output', ['out']],
      ['postrouting', []],
    ]);
    expect(overview.maps[1]?.hooks.find(({ hook }) => hook === 'input')?.cards.map(({ name }) => name)).toEqual(['in']);
    expect(buildOverview(contextOf('')).maps.map(({ family }) => family)).toEqual(['ip']);
    expect(
      buildOverview(contextOf('table bridge b {\nchain c {\ntype filter hook forward priority 0;\n}\n}\n')).maps.map(
        ({ family }) => family,
      ),
    ).toEqual(['bridge']);
  });
  it('has a column for each device of ingress and egress; devices with the same chains share one', () => {
    const chain = (name: string, devices: string, priority: number, hook = 'ingress'): string =>
      `chain ${name} {\ntype filter hook ${hook} devices = { ${devices} } priority ${priority};\n}\n`;
    const columns = (text: string) =>
      buildOverview(contextOf(`table netdev t {\n${text}}\n`)).maps[0]?.hooks.flatMap(({ devices, hook, cards }) =>
        devices ? [[hook, devices.join(' '), cards.map(({ name, device }) => [name, device])] as const] : [],
      );
    expect(
      columns(
        chain('a', '"eth0"', -500) + chain('both', '"eth0", "eth1", "eth2"', 0) + chain('out', '"eth0"', 0, 'egress'),
      ),
    ).toEqual([
      [
        'ingress',
        'eth0',
        [
          ['a', null],
          ['both', null],
        ],
      ],
      ['ingress', 'eth1 eth2', [['both', null]]],
      ['egress', 'eth0', [['out', null]]],
    ]);
    // Of many devices with chains of their own the last column has all that are left: its cards name theirs.
    const many = columns(Array.from({ length: 9 }, (_, at) => chain(`c${at}`, `"eth${at}"`, 0)).join(''));
    expect(many?.map(([, devices]) => devices)).toEqual(['eth0', 'eth1', 'eth2', 'eth3 eth4 eth5 eth6 eth7 eth8']);
    expect(many?.[3]?.[2][1]).toEqual(['c4', 'eth4']);
  });
  it('has the segments of each card, with what is below and the packets', () => {
    const card = overview.maps[0]?.hooks.flatMap(({ cards }) => cards).find(({ name }) => name === 'INPUT');
    expect(card?.segments).toEqual([
      { owner: 'kubelet', from: 1, to: 1, below: 1, packets: 5 },
      { owner: 'unknown', from: 2, to: 2, below: 0, packets: 3 },
    ]);
  });
  it('counts the packets of a trace', () => {
    const { documents } = buildOverview(contextOf('trace id 1 ip t c policy drop\ntrace id 2 ip t c policy drop\n'));
    expect(documents[0]?.dumps).toMatchObject([{ label: 'nft monitor trace', packets: 2, rules: 0 }]);
  });

  it('locates at most 1,000 diagnostics, errors first', () => {
    const bad = Array.from({ length: 1200 }, (_, i) => `-A NOWHERE${i} -j ACCEPT`).join('\n');
    const [document] = buildOverview(contextOf(`*filter\n:INPUT ACCEPT [0:0]\n${bad}\nCOMMIT\n`)).documents;
    const ranks = document?.diagnostics.map(({ severity }) => ['error', 'warning', 'info'].indexOf(severity)) ?? [];
    expect(ranks).toEqual([...ranks].sort());
    expect(document?.diagnostics.length).toBeLessThanOrEqual(1000);
    expect(document?.diagnostics.every(({ from }) => from.line >= 1 && from.column >= 1)).toBe(true);
  });
});

describe('base chains that the kernel would refuse', () => {
  const tables = (family: string, count: number): string =>
    Array.from(
      { length: count },
      (_, i) =>
        `table ${family} t${i} {\n\tchain c {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n`,
    ).join('');
  const codes = (text: string): string[] =>
    buildOverview(contextOf(text)).documents.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code));

  it('are not in the map, and the first of them is told', () => {
    const overview = buildOverview(contextOf(tables('inet', 1030)));
    for (const { hooks } of overview.maps) expect(hooks.find(({ hook }) => hook === 'input')?.cards).toHaveLength(1024);
    const [told, ...more] = overview.documents[0]?.diagnostics ?? [];
    expect(told).toMatchObject({ severity: 'error', code: 'too-many-base-chains' });
    expect(more).toEqual([]);
  });

  it('are counted for each family', () => {
    expect(codes(tables('ip', 1024) + tables('ip6', 1024))).toEqual([]);
    expect(codes(tables('ip', 1024) + tables('inet', 1))).toEqual(['too-many-base-chains']);
  });
});
