/** Services and endpoints of a made-up cluster, always the same for the same numbers. */

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  /** On this node. */
  readonly local?: boolean;
}

/** One port of one Service: what kube-proxy calls a service port name. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  /** Empty for a Service with one unnamed port. */
  readonly portName: string;
  readonly protocol: 'tcp' | 'udp';
  readonly clusterIp: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly loadBalancerIps?: readonly string[];
  /** externalTrafficPolicy: Local. */
  readonly externalLocal?: boolean;
  readonly sourceRanges?: readonly string[];
  /** sessionAffinity: ClientIP. */
  readonly affinity?: boolean;
  readonly endpoints: readonly Endpoint[];
}

/** mulberry32: small, seeded, good enough for made-up clusters. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TEAMS = [
  'shop',
  'billing',
  'search',
  'media',
  'auth',
  'orders',
  'catalog',
  'fulfilment',
  'pricing',
  'reviews',
  'web',
  'data',
];
const PARTS = [
  'api',
  'worker',
  'cache',
  'gateway',
  'scheduler',
  'store',
  'indexer',
  'events',
  'admin',
  'sync',
  'proxy',
  'jobs',
];
const PORTS: readonly (readonly [string, number, number])[] = [
  ['http', 80, 8080],
  ['grpc', 9000, 9000],
  ['https', 443, 8443],
  ['metrics', 9090, 9090],
  ['', 8080, 8080],
];

/** The address `base` (four octets) plus `offset`. */
export function addressAt(base: readonly [number, number, number, number], offset: number): string {
  const value = ((base[0] << 24) | (base[1] << 16) | (base[2] << 8) | base[3]) >>> 0;
  const sum = (value + offset) >>> 0;
  return `${sum >>> 24}.${(sum >>> 16) & 255}.${(sum >>> 8) & 255}.${sum & 255}`;
}

export interface ManyServicesOptions {
  readonly services: number;
  /** Endpoints per Service: each Service has this many or one fewer or more. */
  readonly endpoints: number;
  readonly seed?: number;
}

/** `services` Services with one port each: some without endpoints, some with a node port. Linear. */
export function manyServices({ services, endpoints, seed = 1 }: ManyServicesOptions): ServicePort[] {
  const random = randomSource(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const out: ServicePort[] = [];
  let pod = 0;
  for (let i = 0; i < services; i++) {
    const team = pick(TEAMS);
    const [portName, port, targetPort] = pick(PORTS);
    const spread = Math.floor(random() * 3) - 1;
    const count = random() < 0.01 ? 0 : Math.max(1, endpoints + spread);
    const list: Endpoint[] = [];
    for (let e = 0; e < count; e++) {
      list.push({
        ip: addressAt([10, 244, 0, 10], Math.floor(pod / 240) * 256 + (pod % 240)),
        port: targetPort,
        local: random() < 0.05,
      });
      pod++;
    }
    out.push({
      namespace: `${team}-${pick(['prod', 'staging', 'canary'])}`,
      name: `${team}-${pick(PARTS)}-${i.toString(36).padStart(3, '0')}`,
      portName,
      protocol: 'tcp',
      clusterIp: addressAt([10, 96, 1, 0], i),
      port,
      ...(random() < 0.04 && i < 2700 ? { nodePort: 30000 + i } : {}),
      endpoints: list,
    });
  }
  return out;
}
