/**
 * The chains that Calico's Felix writes in iptables mode (as of 3.28: felix/rules/static.go, endpoints.go, policy.go, dispatch.go), with
 * its own hashes: `cali:` comments, policy chain names and IP set names are computed as Felix computes them.
 * Not written: host endpoints, WireGuard, IPVS and eBPF support, floating IPs.
 */
import { createHash } from 'node:crypto';
import type { SaveFile, TableName } from './save-file.ts';

/** One allow rule of a policy. */
export interface PolicyRule {
  readonly protocol?: 'tcp' | 'udp';
  readonly ports?: readonly number[];
  /** The selector whose pods are the peers; `null`: everybody. */
  readonly peers: IpSet | null;
  /** An `ipBlock` without exceptions. */
  readonly net?: string;
}

export interface IpSet {
  readonly selector: string;
  readonly members: readonly string[];
}

export interface Policy {
  readonly tier: string;
  /** `shop/knp.default.allow-frontend`. */
  readonly name: string;
  readonly ingress: readonly PolicyRule[] | null;
  readonly egress: readonly PolicyRule[] | null;
}

export interface Workload {
  readonly namespace: string;
  readonly pod: string;
  readonly ip: string;
  readonly serviceAccount: string;
  readonly policies: readonly Policy[];
}

export interface CalicoNode {
  readonly workloads: readonly Workload[];
  readonly podCidr: string;
  readonly vxlanPeers: readonly string[];
  readonly hostIps: readonly string[];
}

export interface CalicoRule {
  readonly comments?: readonly string[];
  /** Felix's match fragment. */
  readonly match?: string;
  readonly action?: string;
}

const base64Url = (digest: Buffer) => digest.toString('base64url');

/** felix/hashutils: a name that fits into `limit` characters. */
export function limitedName(prefix: string, suffix: string, limit = 28): string {
  if (prefix.length + suffix.length <= limit && !suffix.startsWith('_')) return prefix + suffix;
  const hash = base64Url(createHash('sha256').update(suffix).digest());
  return `${prefix}_${hash.slice(0, limit - prefix.length - 1)}`;
}

/** `cali` and the first eleven digits of the hash of namespace and pod, as the CNI plugin names the host side. */
export function workloadInterface(workload: Workload): string {
  return `cali${createHash('sha1').update(`${workload.namespace}.${workload.pod}`).digest('hex').slice(0, 11)}`;
}

export function ipSetName(set: IpSet): string {
  return `cali40s:${base64Url(createHash('sha224').update(set.selector).digest())}`.slice(0, 31);
}

/** The hash of each rule of a chain: each one covers those before it (felix/generictables/rules.go). */
export function ruleHashes(chain: string, rendered: readonly string[]): string[] {
  let hash = createHash('sha224').update(chain).digest();
  return rendered.map((text) => {
    hash = createHash('sha224').update(hash).update(text).digest();
    return base64Url(hash).slice(0, 16);
  });
}

function render(rule: CalicoRule, head: readonly string[]): string {
  const comments = (rule.comments ?? []).map((text) => `-m comment --comment "${text}"`);
  return [...head, ...comments, rule.match ?? '', rule.action ?? ''].filter((part) => part !== '').join(' ');
}

/** Texts for iptables-restore: `hashChain` differs from `chain` for rules that Felix appends to a built-in chain. */
export function renderChain(chain: string, rules: readonly CalicoRule[], hashChain = chain): string[] {
  const hashes = ruleHashes(
    hashChain,
    rules.map((rule) => render(rule, ['-A', hashChain, 'HASH'])),
  );
  return rules.map((rule, index) => render(rule, [`-m comment --comment "cali:${hashes[index]}"`]));
}

export const jump = (target: string) => `--jump ${target}`;
const clear = (bits: string) => `--jump MARK --set-mark 0/${bits}`;
const setMark = (bit: string) => `--jump MARK --set-mark ${bit}/${bit}`;
const isSet = (bit: string) => `-m mark --mark ${bit}/${bit}`;
const isClear = (bit: string) => `-m mark --mark 0/${bit}`;
const ACCEPT = '0x10000';
const PASS = '0x20000';
const SCRATCH = '0x80000';
const PRIVATE = '0x1b0000';

export interface CalicoChains {
  readonly table: TableName;
  readonly name: string;
  readonly rules: readonly CalicoRule[];
}

/** All of Felix's own chains of one node. */
export function calicoChains(node: CalicoNode): CalicoChains[] {
  return [
    ...rawChains(),
    ...mangleChains(),
    ...natChains(),
    ...filterChains(node),
    ...dispatchChains(node),
    ...workloadChains(node),
  ];
}

function rawChains(): CalicoChains[] {
  const vxlan = '-p udp --dport 4789';
  return [
    { table: 'raw', name: 'cali-rpf-skip', rules: [] },
    { table: 'raw', name: 'cali-from-host-endpoint', rules: [] },
    { table: 'raw', name: 'cali-to-host-endpoint', rules: [] },
    {
      table: 'raw',
      name: 'cali-PREROUTING',
      rules: [
        { action: clear(PRIVATE) },
        { match: vxlan, action: '--jump NOTRACK' },
        { match: '--in-interface cali+', action: setMark(SCRATCH) },
        { match: isSet(SCRATCH), action: jump('cali-rpf-skip') },
        { match: `${isSet(SCRATCH)} -m rpfilter --invert --validmark`, action: '--jump DROP' },
        { match: isClear(SCRATCH), action: jump('cali-from-host-endpoint') },
        { match: isSet(ACCEPT), action: '--jump ACCEPT' },
      ],
    },
    {
      table: 'raw',
      name: 'cali-OUTPUT',
      rules: [
        { action: clear(PRIVATE) },
        { action: jump('cali-to-host-endpoint') },
        { match: vxlan, action: '--jump NOTRACK' },
        { match: isSet(ACCEPT), action: '--jump ACCEPT' },
      ],
    },
  ];
}

function mangleChains(): CalicoChains[] {
  const hep = ['Host endpoint policy accepted packet.'];
  return [
    { table: 'mangle', name: 'cali-from-host-endpoint', rules: [] },
    { table: 'mangle', name: 'cali-to-host-endpoint', rules: [] },
    {
      table: 'mangle',
      name: 'cali-PREROUTING',
      rules: [
        { match: '-m conntrack --ctstate RELATED,ESTABLISHED', action: '--jump ACCEPT' },
        { match: isSet(ACCEPT), action: '--jump ACCEPT' },
        { action: jump('cali-from-host-endpoint') },
        { comments: hep, match: isSet(ACCEPT), action: '--jump ACCEPT' },
      ],
    },
    {
      table: 'mangle',
      name: 'cali-POSTROUTING',
      rules: [
        { match: isSet(ACCEPT), action: '--jump RETURN' },
        { action: clear(PRIVATE) },
        { match: '-m conntrack --ctstate DNAT', action: jump('cali-to-host-endpoint') },
        { comments: hep, match: isSet(ACCEPT), action: '--jump RETURN' },
      ],
    },
  ];
}

function natChains(): CalicoChains[] {
  const masquerade = '--jump MASQUERADE --random-fully';
  return [
    { table: 'nat', name: 'cali-fip-dnat', rules: [] },
    { table: 'nat', name: 'cali-fip-snat', rules: [] },
    { table: 'nat', name: 'cali-PREROUTING', rules: [{ action: jump('cali-fip-dnat') }] },
    { table: 'nat', name: 'cali-OUTPUT', rules: [{ action: jump('cali-fip-dnat') }] },
    {
      table: 'nat',
      name: 'cali-POSTROUTING',
      rules: [
        { action: jump('cali-fip-snat') },
        { action: jump('cali-nat-outgoing') },
        {
          match:
            '--out-interface vxlan.calico -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL',
          action: masquerade,
        },
      ],
    },
    {
      table: 'nat',
      name: 'cali-nat-outgoing',
      rules: [
        {
          match: '-m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst',
          action: masquerade,
        },
      ],
    },
  ];
}

function filterChains(node: CalicoNode): CalicoChains[] {
  const vxlan = '-p 17 -m multiport --destination-ports 4789';
  const allowed = '-m set --match-set cali40all-vxlan-net';
  const hep = ['Host endpoint policy accepted packet.'];
  const chains: CalicoChains[] = [
    'cali-from-hep-forward',
    'cali-to-hep-forward',
    'cali-from-host-endpoint',
    'cali-to-host-endpoint',
  ].map((name) => ({ table: 'filter', name, rules: [] }));
  const hasPeers = node.vxlanPeers.length > 0;
  chains.push(
    { table: 'filter', name: 'cali-cidr-block', rules: [] },
    {
      table: 'filter',
      name: 'cali-FORWARD',
      rules: [
        { action: clear('0x1a0000') },
        { match: isClear(ACCEPT), action: jump('cali-from-hep-forward') },
        { match: '--in-interface cali+', action: jump('cali-from-wl-dispatch') },
        { match: '--out-interface cali+', action: jump('cali-to-wl-dispatch') },
        { action: jump('cali-to-hep-forward') },
        { action: jump('cali-cidr-block') },
      ],
    },
    {
      table: 'filter',
      name: 'cali-INPUT',
      rules: [
        ...(hasPeers
          ? [
              {
                comments: ['Allow IPv4 VXLAN packets from allowed hosts'],
                match: `${vxlan} ${allowed} src -m addrtype --dst-type LOCAL`,
                action: '--jump ACCEPT',
              },
              {
                comments: ['Drop IPv4 VXLAN packets from non-allowed hosts'],
                match: `${vxlan} -m addrtype --dst-type LOCAL`,
                action: '--jump DROP',
              },
            ]
          : []),
        { match: '--in-interface cali+', action: '--goto cali-wl-to-host' },
        { match: isSet(ACCEPT), action: '--jump ACCEPT' },
        { action: clear(PRIVATE) },
        { action: jump('cali-from-host-endpoint') },
        { comments: hep, match: isSet(ACCEPT), action: '--jump ACCEPT' },
      ],
    },
    {
      table: 'filter',
      name: 'cali-OUTPUT',
      rules: [
        { match: isSet(ACCEPT), action: '--jump ACCEPT' },
        { match: '--out-interface cali+', action: '--jump RETURN' },
        ...(hasPeers
          ? [
              {
                comments: ['Allow IPv4 VXLAN packets to other allowed hosts'],
                match: `${vxlan} -m addrtype --src-type LOCAL ${allowed} dst`,
                action: '--jump ACCEPT',
              },
            ]
          : []),
        { action: clear(PRIVATE) },
        { match: '-m conntrack ! --ctstate DNAT', action: jump('cali-to-host-endpoint') },
        { comments: hep, match: isSet(ACCEPT), action: '--jump ACCEPT' },
      ],
    },
    {
      table: 'filter',
      name: 'cali-wl-to-host',
      rules: [
        { action: jump('cali-from-wl-dispatch') },
        { comments: ['Configured DefaultEndpointToHostAction'], action: '--jump ACCEPT' },
      ],
    },
  );
  return chains;
}

/** The dispatch tree: interfaces that share a first digit go through a chain of their own (felix/rules/dispatch.go). */
function dispatchChains(node: CalicoNode): CalicoChains[] {
  const groups = new Map<string, string[]>();
  for (const workload of node.workloads) {
    const name = workloadInterface(workload);
    const digit = name[4] as string;
    groups.set(digit, [...(groups.get(digit) ?? []), name]);
  }
  const out: CalicoChains[] = [];
  for (const [way, option, kind] of [
    ['from', '--in-interface', 'fw'],
    ['to', '--out-interface', 'tw'],
  ] as const) {
    const root: CalicoRule[] = [];
    const unknown: CalicoRule = { comments: ['Unknown interface'], action: '--jump DROP' };
    const leaf = (name: string): CalicoRule => ({ match: `${option} ${name}`, action: `--goto cali-${kind}-${name}` });
    for (const digit of [...groups.keys()].sort()) {
      const names = (groups.get(digit) as string[]).sort();
      if (names.length === 1) root.push(leaf(names[0] as string));
      else {
        const chain = `cali-${way}-wl-dispatch-${digit}`;
        root.push({ match: `${option} cali${digit}+`, action: `--goto ${chain}` });
        out.push({ table: 'filter', name: chain, rules: [...names.map(leaf), unknown] });
      }
    }
    out.push({ table: 'filter', name: `cali-${way}-wl-dispatch`, rules: [...root, unknown] });
  }
  return out;
}

function workloadChains(node: CalicoNode): CalicoChains[] {
  const out: CalicoChains[] = [];
  const done = new Set<string>();
  const once = (name: string, rules: () => CalicoRule[]) => {
    if (done.has(name)) return;
    done.add(name);
    out.push({ table: 'filter', name, rules: rules() });
  };
  for (const workload of node.workloads) {
    for (const way of ['ingress', 'egress'] as const) {
      const direction = way === 'ingress' ? 'i' : 'o';
      const profiles = [`kns.${workload.namespace}`, `ksa.${workload.namespace}.${workload.serviceAccount}`];
      const name = `cali-${way === 'ingress' ? 'tw' : 'fw'}-${workloadInterface(workload)}`;
      once(name, () => endpointRules(workload, way, profiles));
      for (const policy of workload.policies) {
        const rules = policy[way];
        if (rules) once(policyChain(direction, policy), () => policyRules(policy, way, rules));
      }
      profiles.forEach((profile, index) => {
        once(limitedName(`cali-pr${direction}-`, profile), () => profileRules(profile, way, index === 0));
      });
    }
  }
  return out;
}

function policyChain(direction: 'i' | 'o', policy: Policy): string {
  return limitedName(`cali-p${direction}-`, `${policy.tier}/${policy.name}`);
}

function profileRules(profile: string, way: 'ingress' | 'egress', allow: boolean): CalicoRule[] {
  const comments = [`Profile ${profile} ${way}`];
  if (!allow) return [{ comments }];
  return [
    { comments, action: setMark(ACCEPT) },
    { match: isSet(ACCEPT), action: '--jump RETURN' },
  ];
}

function endpointRules(workload: Workload, way: 'ingress' | 'egress', profiles: readonly string[]): CalicoRule[] {
  const direction = way === 'ingress' ? 'i' : 'o';
  const rules: CalicoRule[] = [
    { match: '-m conntrack --ctstate RELATED,ESTABLISHED', action: '--jump ACCEPT' },
    { match: '-m conntrack --ctstate INVALID', action: '--jump DROP' },
    { action: clear('0x30000') },
  ];
  if (way === 'egress') {
    rules.push(
      {
        comments: ['Drop VXLAN encapped packets originating in workloads'],
        match: '-p 17 -m multiport --destination-ports 4789',
        action: '--jump DROP',
      },
      { comments: ['Drop IPinIP encapped packets originating in workloads'], match: '-p 4', action: '--jump DROP' },
    );
  }
  const policies = workload.policies.filter((policy) => policy[way] !== null);
  if (policies.length > 0) {
    rules.push({ comments: ['Start of tier default'], action: clear(PASS) });
    for (const policy of policies) {
      rules.push(
        { match: isClear(PASS), action: jump(policyChain(direction, policy)) },
        { comments: ['Return if policy accepted'], match: isSet(ACCEPT), action: '--jump RETURN' },
      );
    }
    rules.push({
      comments: ['End of tier default. Drop if no policies passed packet'],
      match: isClear(PASS),
      action: '--jump DROP',
    });
  }
  for (const profile of profiles) {
    rules.push(
      { action: jump(limitedName(`cali-pr${direction}-`, profile)) },
      { comments: ['Return if profile accepted'], match: isSet(ACCEPT), action: '--jump RETURN' },
    );
  }
  rules.push({ comments: ['Drop if no profiles matched'], action: '--jump DROP' });
  return rules;
}

function policyRules(policy: Policy, way: 'ingress' | 'egress', rules: readonly PolicyRule[]): CalicoRule[] {
  const comments = [`Policy ${policy.name} ${way}`];
  if (rules.length === 0) return [{ comments }];
  const side = way === 'ingress' ? 'src' : 'dst';
  const address = way === 'ingress' ? '--source' : '--destination';
  return rules.flatMap((rule) => {
    const match = [
      rule.protocol ? `-p ${rule.protocol}` : '',
      rule.net ? `${address} ${rule.net}` : '',
      rule.peers ? `-m set --match-set ${ipSetName(rule.peers)} ${side}` : '',
      rule.ports ? `-m multiport --destination-ports ${rule.ports.join(',')}` : '',
    ].filter((part) => part !== '');
    return [
      { comments, match: match.join(' '), action: setMark(ACCEPT) },
      { match: isSet(ACCEPT), action: '--jump RETURN' },
    ];
  });
}

/** The IP sets that the rules of `node` name, as input for `ipset restore`. */
export function calicoIpSets(node: CalicoNode): string {
  const out: string[] = [];
  const add = (name: string, members: readonly string[], type = 'hash:net') => {
    out.push(`create ${name} ${type} family inet hashsize 1024 maxelem 1048576`);
    for (const member of members) out.push(`add ${name} ${member}`);
  };
  add('cali40all-ipam-pools', [node.podCidr]);
  add('cali40masq-ipam-pools', [node.podCidr]);
  add('cali40this-host', node.hostIps, 'hash:ip');
  add('cali40all-vxlan-net', node.vxlanPeers);
  for (const set of selectorsOf(node)) add(ipSetName(set), set.members);
  return `${out.join('\n')}\n`;
}

/** Every selector of the node's policies once. */
export function selectorsOf(node: CalicoNode): IpSet[] {
  const sets = new Map<string, IpSet>();
  for (const { policies } of node.workloads) {
    for (const policy of policies) {
      for (const { peers } of [...(policy.ingress ?? []), ...(policy.egress ?? [])])
        if (peers) sets.set(ipSetName(peers), peers);
    }
  }
  return [...sets.values()];
}

/** Writes Felix's chains and its jumps: at the top of the built-in chains (or below, `insert` false), and its appended rules. */
export function writeCalico(file: SaveFile, node: CalicoNode, insert = true): void {
  for (const { table, name, rules } of calicoChains(node)) {
    file.chain(table, name);
    for (const text of renderChain(name, rules)) file.append(table, name, text);
  }
  const hooks: readonly (readonly [TableName, string])[] = [
    ['raw', 'PREROUTING'],
    ['raw', 'OUTPUT'],
    ['mangle', 'PREROUTING'],
    ['mangle', 'POSTROUTING'],
    ['nat', 'PREROUTING'],
    ['nat', 'OUTPUT'],
    ['filter', 'INPUT'],
    ['filter', 'FORWARD'],
    ['filter', 'OUTPUT'],
  ];
  for (const [table, chain] of hooks) {
    const [text] = renderChain(chain, [{ action: jump(`cali-${chain}`) }]) as [string];
    if (insert) file.insert(table, chain, text);
    else file.append(table, chain, text);
  }
  const appended = (table: TableName, chain: string, rules: readonly CalicoRule[]) => {
    for (const text of renderChain(chain, rules, `${chain}*appends*`)) file.append(table, chain, text);
  };
  appended('nat', 'POSTROUTING', [{ action: jump('cali-POSTROUTING') }]);
  appended('filter', 'FORWARD', [
    { comments: ['Policy explicitly accepted packet.'], match: isSet(ACCEPT), action: '--jump ACCEPT' },
    { action: setMark(ACCEPT) },
  ]);
}
