/** Signatures of Docker Engine (iptables backend). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const dockerIptables: Owner = {
  id: 'docker-iptables',
  name: 'Docker Engine (iptables backend)',
  short: 'Docker',
  what: 'Docker Engine with the iptables backend: bridge networks, published ports, swarm',
  kind: 'program',
  slot: 'docker',
  initials: 'Do',
  chains: [
    { tables: ['nat'], pattern: /^DOCKER$/, role: 'published ports', example: 'DOCKER' },
    { tables: ['filter'], pattern: /^DOCKER$/, role: 'published ports', example: 'DOCKER' },
    {
      tables: ['filter'],
      pattern: /^DOCKER-USER$/,
      role: 'for rules of the administrator; Docker only makes it and appends a return',
      example: 'DOCKER-USER',
      open: 'user',
    },
    {
      tables: ['filter'],
      pattern: /^DOCKER-(FORWARD|BRIDGE|CT|INTERNAL)$/,
      role: 'since 28',
      example: 'DOCKER-FORWARD',
    },
    { tables: ['filter'], pattern: /^DOCKER-INGRESS$/, role: 'swarm', example: 'DOCKER-INGRESS' },
    {
      tables: ['filter'],
      pattern: /^DOCKER-ISOLATION(-STAGE-[12])?$/,
      role: 'before 28; without stages in 17.x',
      example: 'DOCKER-ISOLATION-STAGE-1',
    },
    { tables: ['nat'], pattern: /^DOCKER-INGRESS$/, role: 'swarm', example: 'DOCKER-INGRESS' },
    {
      tables: ['nat'],
      pattern: /^DOCKER_(OUTPUT|POSTROUTING)$/,
      role: 'inside containers: the embedded DNS server at 127.0.0.11',
      example: 'DOCKER_OUTPUT',
    },
  ],
  nftTables: [],
  comments: [],
  bareRules: [
    {
      text: '-t nat -A POSTROUTING -s <network> ! -o <bridge> -j MASQUERADE (or SNAT)',
      match: { tables: ['nat'], chains: ['POSTROUTING'], oif: '!@', verdicts: ['masquerade', 'snat'] },
    },
    {
      text: '-t nat -A POSTROUTING -m addrtype --src-type LOCAL -o <bridge> -j MASQUERADE',
      match: { tables: ['nat'], chains: ['POSTROUTING'], oif: '@', verdicts: ['masquerade'] },
    },
    { text: '-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER' },
    {
      text: '-t raw -A PREROUTING -d <container address> ! -i <bridge> -j DROP (since 28)',
      match: { tables: ['raw'], chains: ['PREROUTING'], iif: '!@', verdicts: ['drop'] },
    },
    {
      text: '-t raw -A PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp --dport <published port> -j DROP',
      match: { tables: ['raw'], chains: ['PREROUTING'], daddr: '127.0.0.1/32', iif: '!lo', verdicts: ['drop'] },
    },
    {
      text: '-t raw -A PREROUTING -d 127.0.0.1/32 -i loopback0 ... -j ACCEPT (WSL2 with mirrored networking)',
      match: { tables: ['raw'], chains: ['PREROUTING'], iif: 'loopback0', verdicts: ['accept'] },
    },
    {
      text: 'before 28: -A FORWARD -o <bridge> -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      match: {
        tables: ['filter'],
        chains: ['FORWARD'],
        oif: '@',
        states: ['established', 'related'],
        verdicts: ['accept'],
      },
    },
    {
      text: 'before 28: -A FORWARD -i <bridge> ! -o <bridge> -j ACCEPT',
      match: { tables: ['filter'], chains: ['FORWARD'], iif: '@', oif: '!@', verdicts: ['accept'] },
    },
    {
      text: 'before 28: -A FORWARD -i <bridge> -o <bridge> -j ACCEPT (or DROP)',
      match: { tables: ['filter'], chains: ['FORWARD'], iif: '@', oif: '@', verdicts: ['accept', 'drop'] },
    },
  ],
  hooks: [
    {
      table: 'filter',
      chain: 'FORWARD',
      how: 'insert (delete + re-insert at top)',
      detail:
        'DOCKER-USER, then DOCKER-FORWARD: when the daemon starts, when a network is made, after firewalld reloads',
    },
    { table: 'nat', chain: 'PREROUTING,OUTPUT', how: 'append', detail: 'addrtype LOCAL -j DOCKER' },
    {
      table: 'raw',
      chain: 'PREROUTING',
      how: 'append',
      detail: 'drops direct access to containers and remote access to loopback ports',
    },
    {
      table: 'filter',
      chain: 'FORWARD',
      how: 'policy',
      detail: 'DROP where dockerd itself switched on forwarding, unless --ip-forward-no-drop',
    },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0xd0c4e3',
      mask: '0xffffffff',
      meaning: 'overlay traffic to be encrypted: mangle OUTPUT overwrites the whole mark',
      bits: { value: 0xd0c4e3, mask: 0xffffffff },
    },
    {
      kind: 'packet',
      value: '(index)',
      mask: '(all)',
      meaning: 'swarm ingress: the number of the Service, set in mangle PREROUTING of the ingress namespace',
    },
  ],
  sets: [],
  interfaces: [
    { pattern: /^docker(0|_gwbridge)$/, example: 'docker0' },
    { pattern: /^br-[0-9a-f]{12}$/, example: 'br-3f2a9c01d4e7' },
  ],
  interfacesFrom: /^DOCKER(-(FORWARD|BRIDGE|CT|INTERNAL|ISOLATION.*))?$/,
  settings: [
    'iptables=false',
    'ip-forward',
    'ip-forward-no-drop',
    'userland-proxy',
    'allow-direct-routing',
    'DOCKER_INSECURE_NO_IPTABLES_RAW=1',
    'com.docker.network.bridge.trusted_host_interfaces',
    'live-restore',
  ],
  behaviour:
    'Deletes and re-inserts its jumps on top of FORWARD when the daemon starts, when a network is made, and after firewalld reloads. Sets the policy of FORWARD to DROP where the daemon itself switched on forwarding.',
  notes: [],
  sources: [
    { repo: 'moby/moby', path: 'daemon/libnetwork/drivers/bridge/internal/iptabler/iptabler.go', status: 'verified' },
    { repo: 'moby/moby', path: 'daemon/libnetwork/drivers/bridge/internal/iptabler/port.go', status: 'verified' },
    { repo: 'moby/moby', path: 'daemon/libnetwork/firewall_linux.go', status: 'verified' },
    { repo: 'moby/moby', path: 'daemon/libnetwork/iptables/iptables.go', status: 'verified', note: 'EnsureJumpRule' },
    { repo: 'moby/moby', path: 'daemon/libnetwork/drivers/overlay/encryption.go', status: 'verified' },
    { repo: 'moby/moby', path: 'daemon/libnetwork/service_linux.go', status: 'verified' },
  ],
};
