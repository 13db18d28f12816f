/** Made-up Services for the benchmarks of the decision diagrams: one cube each, over protocol, address and port. */
import { type Cube, joinCubes } from '../packetspace/diagram/cube.ts';
import { type Field, fieldAt, fieldCube } from '../packetspace/diagram/field.ts';

export interface Packet {
  readonly protocol: Field;
  readonly address: Field;
  readonly port: Field;
}

/** The two orders of variables that come into question, protocol first in both. */
export const ORDERS: Readonly<Record<string, Packet>> = {
  'port, address': {
    protocol: fieldAt('protocol', 0, 8),
    port: fieldAt('port', 8, 16),
    address: fieldAt('address', 24, 32),
  },
  'address, port': {
    protocol: fieldAt('protocol', 0, 8),
    address: fieldAt('address', 8, 32),
    port: fieldAt('port', 40, 16),
  },
};
export const FIRST = ORDERS['port, address'] as Packet;
/** The first variable below them. */
export const BELOW = 56;

export interface Service {
  readonly protocol: number;
  readonly address: number;
  readonly port: number;
}

/** The same for the same seed: addresses of 10.96.0.0/12, half of the ports well-known ones. */
export function services(count: number, seed: number): Service[] {
  const random = randomFrom(seed);
  const known = [80, 443, 53, 8080, 9090, 5432];
  return Array.from({ length: count }, () => ({
    protocol: random(10) === 0 ? 17 : 6,
    address: 0x0a600000 + random(1 << 20),
    port: random(2) === 0 ? (known[random(known.length)] as number) : random(65_536),
  }));
}

/** Whole numbers below a bound (xorshift32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** `-p ... -d ... --dport ...`: 56 literals. */
export function cubeOfService({ protocol, address, port }: Packet, service: Service): Cube {
  const toPort = joinCubes(
    fieldCube(protocol, service.protocol) as Cube,
    fieldCube(port, service.port) as Cube,
  ) as Cube;
  return joinCubes(toPort, fieldCube(address, service.address) as Cube) as Cube;
}
