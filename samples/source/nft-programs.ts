/** nft tables that programs other than Calico and kube-proxy write: firewalld (2.x, nftables backend) and wg-quick. Scripts for `nft -f`. */

export interface FirewalldZone {
  readonly name: string;
  readonly interfaces: readonly string[];
  readonly target: 'default' | 'accept';
  readonly allow: readonly string[];
  readonly masquerade?: boolean;
}

export interface FirewalldPolicy {
  readonly name: string;
  /** Interfaces towards which it applies, for any source. */
  readonly egress: readonly string[];
}

const chain = (name: string, rules: readonly string[]): string =>
  `\tchain ${name} {\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n`;

const SUFFIXES = ['pre', 'log', 'deny', 'allow', 'post'] as const;

/** firewalld: all of its hooks ten later than the standard ones, forward and input end in a reject. The last zone is the default one. */
export function firewalld(zones: readonly FirewalldZone[], policies: readonly FirewalldPolicy[]): string {
  const base = (name: string, type: string, hook: string, priority: number, rules: readonly string[]) =>
    chain(name, [`type ${type} hook ${hook} priority ${priority}; policy accept;`, ...rules]);
  const reserved =
    '{ ::/96, ::ffff:0.0.0.0/96, 2002::/24, 2002:a00::/24, 2002:7f00::/24, 2002:a9fe::/32, 2002:ac10::/28, 2002:c0a8::/32, 2002:e000::/19 }';
  const reject6 = `ip6 daddr ${reserved} reject with icmpv6 addr-unreachable`;
  const open = [
    'ct state established,related accept',
    'ct status dnat accept',
    'iifname "lo" accept',
    'ct state invalid drop',
  ];
  const out = [
    'table inet firewalld {\n',
    base('mangle_PREROUTING', 'filter', 'prerouting', -140, ['jump mangle_PREROUTING_ZONES']),
    base('nat_PREROUTING', 'nat', 'prerouting', -90, ['jump nat_PREROUTING_ZONES']),
    base('nat_POSTROUTING', 'nat', 'postrouting', 110, ['jump nat_POSTROUTING_ZONES']),
    base('nat_OUTPUT', 'nat', 'output', -90, ['jump nat_OUTPUT_POLICIES_pre', 'jump nat_OUTPUT_POLICIES_post']),
    base('filter_PREROUTING', 'filter', 'prerouting', 10, [
      'icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept',
      'meta nfproto ipv6 fib saddr . mark . iif oif missing drop',
    ]),
    base('filter_INPUT', 'filter', 'input', 10, [
      ...open,
      'jump filter_INPUT_ZONES',
      'reject with icmpx type admin-prohibited',
    ]),
    base('filter_FORWARD', 'filter', 'forward', 10, [
      ...open,
      reject6,
      'jump filter_FORWARD_ZONES',
      'reject with icmpx type admin-prohibited',
    ]),
    base('filter_OUTPUT', 'filter', 'output', 10, [
      'ct state established,related accept',
      'oifname "lo" accept',
      reject6,
      'jump filter_OUTPUT_POLICIES_pre',
      'jump filter_OUTPUT_POLICIES_post',
    ]),
    ...HOOKS.flatMap((hook) => [
      chain(`${hook}_POLICIES_pre`, policyJumps(hook, policies)),
      chain(`${hook}_POLICIES_post`, []),
    ]),
    ...policyChains('filter_IN_policy_allow-host-ipv6', null, [
      'icmpv6 type { nd-neighbor-advert, nd-neighbor-solicit, nd-router-advert, nd-redirect } accept',
    ]),
    ...policies.flatMap(({ name }) => policyChains(`filter_FWD_policy_${name}`, 'accept')),
    ...dispatch(zones),
    ...zones.flatMap(zoneChains),
    '}\n',
  ];
  return out.join('');
}

const HOOKS = [
  'mangle_PREROUTING',
  'nat_PREROUTING',
  'nat_POSTROUTING',
  'nat_OUTPUT',
  'filter_INPUT',
  'filter_FORWARD',
  'filter_OUTPUT',
] as const;

/** Policies that run before a zone's own rules, as those with a negative priority do. */
function policyJumps(hook: (typeof HOOKS)[number], policies: readonly FirewalldPolicy[]): string[] {
  if (hook === 'filter_INPUT') return ['jump filter_IN_policy_allow-host-ipv6'];
  if (hook !== 'filter_FORWARD') return [];
  return policies.flatMap(({ name, egress }) =>
    egress.map((device) => `oifname "${device}" jump filter_FWD_policy_${name}`),
  );
}

function policyChains(name: string, last: string | null, allow: readonly string[] = []): string[] {
  return [
    chain(name, [...SUFFIXES.map((suffix) => `jump ${name}_${suffix}`), ...(last ? [last] : [])]),
    ...SUFFIXES.map((suffix) => chain(`${name}_${suffix}`, suffix === 'allow' ? allow : [])),
  ];
}

const DISPATCH: readonly (readonly [string, string, string])[] = [
  ['mangle_PREROUTING', 'iifname', 'mangle_PRE'],
  ['nat_PREROUTING', 'iifname', 'nat_PRE'],
  ['nat_POSTROUTING', 'oifname', 'nat_POST'],
  ['filter_INPUT', 'iifname', 'filter_IN'],
  ['filter_FORWARD', 'iifname', 'filter_FWD'],
];

function dispatch(zones: readonly FirewalldZone[]): string[] {
  const last = zones[zones.length - 1] as FirewalldZone;
  return DISPATCH.map(([hook, key, prefix]) =>
    chain(`${hook}_ZONES`, [
      ...zones.flatMap((zone) => zone.interfaces.map((device) => `${key} "${device}" goto ${prefix}_${zone.name}`)),
      `goto ${prefix}_${last.name}`,
    ]),
  );
}

function zoneChains({ name, target, allow, interfaces, masquerade }: FirewalldZone): string[] {
  const last = target === 'accept' ? 'accept' : 'reject with icmpx type admin-prohibited';
  const icmp = target === 'accept' ? [] : ['meta l4proto { icmp, ipv6-icmp } accept'];
  const zone = (hook: string, prefix: string, rules: readonly string[]) =>
    chain(prefix, [
      `jump ${hook}_POLICIES_pre`,
      ...SUFFIXES.map((suffix) => `jump ${prefix}_${suffix}`),
      `jump ${hook}_POLICIES_post`,
      ...rules,
    ]);
  const parts = (prefix: string, allowed: readonly string[]) =>
    SUFFIXES.map((suffix) => chain(`${prefix}_${suffix}`, suffix === 'allow' ? allowed : []));
  return [
    zone('filter_INPUT', `filter_IN_${name}`, [...icmp, last]),
    ...parts(`filter_IN_${name}`, allow),
    zone('filter_FORWARD', `filter_FWD_${name}`, [last]),
    ...parts(
      `filter_FWD_${name}`,
      interfaces.map((device) => `oifname "${device}" accept`),
    ),
    ...DISPATCH.slice(0, 3).flatMap(([hook, , kind]) => [
      zone(hook, `${kind}_${name}`, []),
      ...parts(
        `${kind}_${name}`,
        masquerade && kind === 'nat_POST' ? ['meta nfproto ipv4 oifname != "lo" masquerade'] : [],
      ),
    ]),
  ];
}

/** wg-quick with a default route: it marks its own packets 51820 (0xca6c), without a mask. */
export function wgQuick(device: string, address: string): string {
  const table = `wg-quick-${device}`;
  return `table ip ${table} {
	chain preraw {
		type filter hook prerouting priority -300; policy accept;
		iifname != "${device}" ip daddr ${address} fib saddr type != local drop
	}
	chain premangle {
		type filter hook prerouting priority -150; policy accept;
		meta l4proto udp meta mark set ct mark
	}
	chain postmangle {
		type filter hook postrouting priority -150; policy accept;
		meta l4proto udp meta mark 0x0000ca6c ct mark set meta mark
	}
}
`;
}
