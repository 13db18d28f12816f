/** Hand-written hook map models for tests and for the preview page (render/preview.html). Not part of the product. Longer than other files: it is data. */
import type { Hook } from '../model/hook.ts';
import type { PaletteSlot } from '../owners/owner.ts';
import type { OwnerLook } from './hook-map-geometry.ts';
import type {
  CardModel,
  HookMapModel,
  HookModel,
  MapFamily,
  MapMark,
  SegmentModel,
  TieModel,
} from './hook-map-model.ts';

const LOOKS: ReadonlyMap<string, readonly [string, PaletteSlot, string]> = new Map([
  ['calico', ['Calico', 'calico', 'Ca']],
  ['kube-proxy', ['kube-proxy', 'kube-proxy', 'kp']],
  ['docker', ['Docker', 'docker', 'Do']],
  ['firewalld', ['firewalld', 'firewalld', 'fd']],
  ['tailscale', ['Tailscale', 'tailscale', 'Ts']],
  ['wg-quick', ['wg-quick', 'wireguard', 'wg']],
  ['kubelet', ['kubelet', 'kubelet', 'kl']],
  ['flannel', ['flannel', 'flannel', 'Fl']],
]);

export function exampleLook(owner: string): OwnerLook {
  const [name, slot, initials] = LOOKS.get(owner) ?? ['unknown', 'unknown', '?'];
  return { owner, name, slot, initials, barred: owner === 'barred' };
}

let nextChain = 0;

type Part = readonly [owner: string, rules: number, below?: number];

function segments(parts: readonly Part[]): SegmentModel[] {
  let from = 1;
  return parts.map(([owner, rules, below = 0]) => {
    const segment = { owner, from, to: from + rules - 1, below, packets: null };
    from += rules;
    return segment;
  });
}

export function card(
  name: string,
  table: string,
  effectivePriority: number,
  parts: readonly Part[],
  more: Partial<CardModel> = {},
): CardModel {
  const list = segments(parts);
  return {
    chain: nextChain++,
    name,
    table,
    legacy: false,
    dormant: false,
    policy: 'accept',
    priority: effectivePriority,
    effectivePriority,
    nat: false,
    device: null,
    segments: list,
    rules: list.reduce((sum, s) => sum + s.to - s.from + 1 + s.below, 0),
    marks: [],
    ...more,
  };
}

export function mark(boundary: number, sign: MapMark['sign'], severity: MapMark['severity'] = 'info'): MapMark {
  return { findings: [`f${boundary}-${sign}`], sign, severity, boundary, label: `${sign} at boundary ${boundary}` };
}

export function model(
  family: MapFamily,
  hooks: Readonly<Partial<Record<Hook, readonly CardModel[]>>>,
  ties: Readonly<Partial<Record<Hook, readonly TieModel[]>>> = {},
): HookMapModel {
  const always: readonly Hook[] =
    family === 'arp' ? ['input', 'output'] : ['prerouting', 'forward', 'input', 'output', 'postrouting'];
  const order: readonly Hook[] = ['ingress', 'prerouting', 'forward', 'input', 'output', 'postrouting', 'egress'];
  const list: HookModel[] = [];
  for (const hook of order) {
    if (!always.includes(hook) && !hooks[hook]) continue;
    list.push({ hook, cards: hooks[hook] ?? [], ties: ties[hook] ?? [] });
  }
  return { family, hooks: list };
}

const nat = { nat: true } as const;

function tie(known: boolean, ...cards: readonly CardModel[]): TieModel {
  return { chains: cards.map((c) => c.chain), known };
}

/** The node of the design's pictures: seven programs on one Kubernetes node. */
export function crowdedNode(): HookMapModel {
  const preraw = card('preraw', 'ip wg-quick-wg0', -300, [['wg-quick', 1]]);
  const rawPre = card(
    'PREROUTING',
    'ip raw',
    -300,
    [
      ['calico', 1, 9],
      ['docker', 2],
    ],
    { marks: [mark(1, 'benign')] },
  );
  const premangle = card('premangle', 'ip wg-quick-wg0', -150, [['wg-quick', 1]], {
    marks: [mark(0, 'mark-bits', 'error')],
  });
  const manglePre = card('PREROUTING', 'ip mangle', -150, [['calico', 6]]);
  const postmangle = card('postmangle', 'ip wg-quick-wg0', -150, [['wg-quick', 1]]);
  const manglePost = card('POSTROUTING', 'ip mangle', -150, [['calico', 6]]);
  const klInput = card('INPUT', 'ip filter', 0, [['kubelet', 3]], {
    legacy: true,
    marks: [mark(0, 'mark-bits', 'error')],
  });
  const input = card(
    'INPUT',
    'ip filter',
    0,
    [
      ['calico', 1, 94],
      ['tailscale', 1, 5],
      ['kube-proxy', 3],
      ['kubelet', 1, 1],
    ],
    {
      marks: [mark(1, 'undecided'), mark(2, 'benign'), mark(3, 'benign')],
    },
  );
  const klOutput = card('OUTPUT', 'ip filter', 0, [['kubelet', 3]], {
    legacy: true,
    marks: [mark(0, 'mark-bits', 'error')],
  });
  const output = card(
    'OUTPUT',
    'ip filter',
    0,
    [
      ['calico', 1, 52],
      ['kube-proxy', 2, 18],
      ['kubelet', 1, 1],
    ],
    {
      marks: [mark(1, 'benign'), mark(2, 'benign')],
    },
  );
  return model(
    'ip',
    {
      prerouting: [
        preraw,
        rawPre,
        premangle,
        manglePre,
        card('mangle_PREROUTING', 'inet firewalld', -140, [['firewalld', 10]]),
        card(
          'PREROUTING',
          'ip nat',
          -100,
          [
            ['calico', 1, 2],
            ['kube-proxy', 1, 5902],
            ['other', 1],
            ['docker', 1, 3],
          ],
          {
            ...nat,
            marks: [mark(1, 'benign'), mark(2, 'benign'), mark(3, 'benign')],
          },
        ),
        card('nat_PREROUTING', 'inet firewalld', -100, [['firewalld', 10]], { ...nat, priority: -90 }),
        card('filter_PREROUTING', 'inet firewalld', 10, [['firewalld', 2]]),
      ],
      forward: [
        card(
          'FORWARD',
          'ip filter',
          0,
          [
            ['calico', 1, 611],
            ['tailscale', 1, 4],
            ['docker', 2, 14],
            ['kube-proxy', 4, 21],
            ['other', 1],
            ['calico', 2],
          ],
          {
            policy: 'drop',
            marks: [
              mark(1, 'order-sensitive', 'warning'),
              mark(2, 'order-sensitive', 'warning'),
              mark(3, 'order-sensitive', 'warning'),
              mark(4, 'order-sensitive', 'warning'),
              mark(5, 'order-sensitive', 'warning'),
              mark(6, 'overruled', 'error'),
            ],
          },
        ),
        card('filter_FORWARD', 'inet firewalld', 10, [['firewalld', 9, 41]], {
          marks: [mark(0, 'overruled', 'error')],
        }),
      ],
      input: [klInput, input, card('filter_INPUT', 'inet firewalld', 10, [['firewalld', 7, 39]])],
      output: [
        card('OUTPUT', 'ip raw', -300, [['calico', 6]]),
        card(
          'OUTPUT',
          'ip nat',
          -100,
          [
            ['calico', 1, 2],
            ['kube-proxy', 1, 5902],
            ['docker', 1, 3],
          ],
          {
            ...nat,
            marks: [mark(1, 'benign'), mark(2, 'benign')],
          },
        ),
        card('nat_OUTPUT', 'inet firewalld', -100, [['firewalld', 4]], { ...nat, priority: -90 }),
        klOutput,
        output,
        card('filter_OUTPUT', 'inet firewalld', 10, [['firewalld', 13]]),
      ],
      postrouting: [
        postmangle,
        manglePost,
        card(
          'POSTROUTING',
          'ip nat',
          100,
          [
            ['tailscale', 1, 2],
            ['kube-proxy', 1, 4],
            ['docker', 1],
            ['calico', 1, 4],
          ],
          {
            ...nat,
            marks: [mark(1, 'mark-only'), mark(2, 'mark-only'), mark(3, 'benign')],
          },
        ),
        card('nat_POSTROUTING', 'inet firewalld', 100, [['firewalld', 10]], { ...nat, priority: 110 }),
      ],
    },
    {
      prerouting: [tie(true, preraw, rawPre), tie(true, premangle, manglePre)],
      input: [tie(false, klInput, input)],
      output: [tie(false, klOutput, output)],
      postrouting: [tie(true, postmangle, manglePost)],
    },
  );
}

/** A healthy node with Calico and kube-proxy in iptables mode. */
export function healthyNode(): HookMapModel {
  return model('ip', {
    prerouting: [
      card('PREROUTING', 'ip raw', -300, [['calico', 1, 11]]),
      card('PREROUTING', 'ip mangle', -150, [['calico', 1, 6]]),
      card(
        'PREROUTING',
        'ip nat',
        -100,
        [
          ['calico', 1, 2],
          ['kube-proxy', 1, 214],
        ],
        { ...nat, marks: [mark(1, 'benign')] },
      ),
    ],
    forward: [
      card(
        'FORWARD',
        'ip filter',
        0,
        [
          ['calico', 1, 122],
          ['kube-proxy', 3, 9],
          ['calico', 2],
        ],
        {
          marks: [mark(1, 'order-sensitive', 'warning'), mark(2, 'order-sensitive', 'warning')],
        },
      ),
    ],
    input: [
      card(
        'INPUT',
        'ip filter',
        0,
        [
          ['calico', 1, 31],
          ['kube-proxy', 3, 4],
          ['kubelet', 1, 2],
        ],
        { marks: [mark(1, 'undecided')] },
      ),
    ],
    output: [
      card('OUTPUT', 'ip raw', -300, [['calico', 1, 5]]),
      card(
        'OUTPUT',
        'ip nat',
        -100,
        [
          ['calico', 1, 2],
          ['kube-proxy', 1, 214],
        ],
        { ...nat, marks: [mark(1, 'benign')] },
      ),
      card('OUTPUT', 'ip filter', 0, [
        ['calico', 1, 18],
        ['kube-proxy', 2, 6],
        ['kubelet', 1, 2],
      ]),
    ],
    postrouting: [
      card('POSTROUTING', 'ip mangle', -150, [['calico', 1, 4]]),
      card(
        'POSTROUTING',
        'ip nat',
        100,
        [
          ['calico', 1, 5],
          ['kube-proxy', 1, 4],
        ],
        { ...nat, marks: [mark(1, 'mark-only')] },
      ),
    ],
  });
}

/** 10,000 Services: one stripe stands for 150,000 rules. */
export function hugeNode(): HookMapModel {
  return model('ip', {
    prerouting: [
      card(
        'PREROUTING',
        'ip nat',
        -100,
        [
          ['calico', 1, 2],
          ['kube-proxy', 1, 150_204],
          ['docker', 1, 3],
        ],
        nat,
      ),
    ],
    forward: [
      card(
        'FORWARD',
        'ip filter',
        0,
        [
          ['calico', 1, 12_611],
          ['kube-proxy', 4, 8021],
        ],
        { policy: 'drop' },
      ),
    ],
    input: [card('INPUT', 'ip filter', 0, [['kube-proxy', 3, 10_002]])],
    output: [card('OUTPUT', 'ip nat', -100, [['kube-proxy', 1, 150_204]], nat)],
    postrouting: [card('POSTROUTING', 'ip nat', 100, [['kube-proxy', 1, 4]], nat)],
  });
}

/** A home router in plain nft, with ingress, egress and odd priorities. */
export function nftRouter(): HookMapModel {
  return model('ip', {
    ingress: [card('early', 'netdev guard', -500, [['other', 4]], { device: 'eth0' })],
    prerouting: [
      card('prerouting', 'inet nat', -100, [['other', 2]], { ...nat, priority: -110 }),
      card('a_very_long_chain_name_that_nobody_reads', 'inet router', -5, [['other', 12]]),
    ],
    forward: [
      card('forward', 'inet router', 0, [['other', 14]], { policy: 'drop', marks: [mark(1, 'overruled', 'warning')] }),
    ],
    input: [
      card('input', 'inet router', 0, [['other', 9]], { policy: 'drop' }),
      card('spare', 'inet old', 5, [], { dormant: true }),
    ],
    output: [card('output', 'inet router', 0, [])],
    postrouting: [card('postrouting', 'inet nat', 100, [['other', 1]], nat)],
    egress: [
      card(
        'shape',
        'netdev guard',
        0,
        [
          ['barred', 3],
          ['other', 1],
        ],
        { device: 'eth0.100' },
      ),
    ],
  });
}

/** Chains of several devices: two of their own, one of both, and one on the way out. */
export function edgeNode(): HookMapModel {
  const guard = card('guard', 'netdev edge', -400, [['other', 3]], { chain: 900 });
  const base = model('ip', { forward: [card('FORWARD', 'ip filter', 0, [['other', 4]], { policy: 'drop' })] });
  const of = (hook: 'ingress' | 'egress', devices: readonly string[], cards: readonly CardModel[]): HookModel => ({
    hook,
    cards,
    ties: [],
    devices,
  });
  return {
    family: 'ip',
    hooks: [
      of('ingress', ['eth0'], [card('in_eth0', 'netdev edge', -500, [['other', 2]]), guard]),
      of('ingress', ['eth1', 'wlan0', 'enp0s31f6.100'], [card('in_eth1', 'netdev edge', -500, [['other', 1]]), guard]),
      ...base.hooks,
      of('egress', ['eth0'], [card('out_eth0', 'netdev edge', 0, [['other', 1]])]),
    ],
  };
}

export function bridgeNode(): HookMapModel {
  return model('bridge', {
    prerouting: [card('PREROUTING', 'bridge nat', -300, [['other', 3]])],
    forward: [
      card(
        'FORWARD',
        'bridge filter',
        -200,
        [
          ['other', 8],
          ['docker', 2, 3],
        ],
        { policy: 'drop' },
      ),
    ],
  });
}

export function emptyNode(): HookMapModel {
  return model('ip', {});
}

export const EXAMPLES: Readonly<Record<string, () => HookMapModel>> = {
  crowded: crowdedNode,
  healthy: healthyNode,
  huge: hugeNode,
  router: nftRouter,
  edge: edgeNode,
  bridge: bridgeNode,
  arp: () => model('arp', { input: [card('INPUT', 'arp filter', 0, [['other', 2]])] }),
  empty: emptyNode,
};
