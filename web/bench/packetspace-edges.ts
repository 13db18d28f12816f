/**
 * Complement edges or not: the same work with the engine as it is and with `packetspace-plain.ts`, in turn.
 *
 *   node --import tsx web/bench/packetspace-edges.ts [--services 30000] [--repeat 5]
 *
 * For each of N rules: what it takes and what it leaves, by ordinary operations (no walks along cubes, no collections); the union of what is
 * taken for each of two verdicts; then whether their union is the complement of what is left, and the complement of each verdict. Processor
 * time, median.
 */
import { parseArgs } from 'node:util';
import type { Cube } from '../packetspace/diagram/cube.ts';
import { Diagrams } from '../packetspace/diagram/diagrams.ts';
import { not, type Ref } from '../packetspace/diagram/ref.ts';
import { medianOf } from './measure.ts';
import { PlainDiagrams } from './packetspace-plain.ts';
import { cubeOfService, ORDERS, services } from './packetspace-services.ts';

const { values } = parseArgs({
  options: { services: { type: 'string', default: '30000' }, repeat: { type: 'string', default: '5' } },
});
const SERVICES = Number(values.services);

interface Engine<T> {
  readonly cube: (cube: Cube) => T;
  readonly and: (a: T, b: T) => T;
  readonly or: (a: T, b: T) => T;
  readonly diff: (a: T, b: T) => T;
  readonly not: (a: T) => T;
  readonly nodes: () => number;
}

function withEdges(): Engine<Ref> {
  const diagrams = new Diagrams();
  return {
    cube: (cube) => diagrams.cube(cube),
    and: (a, b) => diagrams.and(a, b),
    or: (a, b) => diagrams.or(a, b),
    diff: (a, b) => diagrams.diff(a, b),
    not,
    nodes: () => diagrams.statistics.nodes,
  };
}

function withoutEdges(): Engine<number> {
  const diagrams = new PlainDiagrams();
  return {
    cube: (cube) => diagrams.cube(cube),
    and: (a, b) => diagrams.apply('and', a, b),
    or: (a, b) => diagrams.apply('or', a, b),
    diff: (a, b) => diagrams.apply('diff', a, b),
    not: (a) => diagrams.not(a),
    nodes: () => diagrams.nodes,
  };
}

function work<T>(engine: Engine<T>, cubes: readonly Cube[]): { milliseconds: number; nodes: number } {
  const start = process.cpuUsage();
  let reach = engine.cube(new Int32Array());
  const verdicts = [engine.not(reach), engine.not(reach)] as [T, T];
  cubes.forEach((cube, rule) => {
    const match = engine.cube(cube);
    const verdict = rule % 3 === 0 ? 0 : 1;
    verdicts[verdict] = engine.or(verdicts[verdict], engine.and(reach, match));
    reach = engine.diff(reach, match);
  });
  if (engine.or(verdicts[0], verdicts[1]) !== engine.not(reach)) throw new Error('the verdicts do not add up');
  for (const verdict of verdicts)
    if (engine.not(engine.not(verdict)) !== verdict) throw new Error('not its complement');
  const { user, system } = process.cpuUsage(start);
  return { milliseconds: (user + system) / 1000, nodes: engine.nodes() };
}

for (const [order, packet] of Object.entries(ORDERS)) {
  const cubes = services(SERVICES, 17).map((service) => cubeOfService(packet, service));
  const times: Record<string, number[]> = { with: [], without: [] };
  const nodes: Record<string, number> = {};
  for (let i = 0; i < Number(values.repeat); i++) {
    for (const [name, result] of [
      ['with', work(withEdges(), cubes)],
      ['without', work(withoutEdges(), cubes)],
    ] as const) {
      times[name]?.push(result.milliseconds);
      nodes[name] = result.nodes;
    }
  }
  for (const name of ['with', 'without']) {
    const median = medianOf(times[name] ?? []).toFixed(0);
    console.log(`${SERVICES} rules (${order}), ${name} complement edges: ${median} ms, ${nodes[name]} nodes made`);
  }
}
