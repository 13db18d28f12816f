/**
 * The decision-diagram engine by itself: time, nodes and bytes of what the symbolic execution does most, on made-up Services.
 *
 *   node --import tsx web/bench/packetspace.ts [--services 30000] [--repeat 5] [--json]
 *
 * Each row is measured in new diagrams, `repeat` times; the median is printed: of processor time, which a busy machine changes least. Nodes are
 * those in use at the end, bytes those of all columns, tables and caches of the diagrams.
 */
import { parseArgs } from 'node:util';
import { assignConstant } from '../packetspace/diagram/assign.ts';
import { boxes, fieldIn } from '../packetspace/diagram/boxes.ts';
import { type Cube, literal } from '../packetspace/diagram/cube.ts';
import { describeSet } from '../packetspace/diagram/describe.ts';
import { Diagrams } from '../packetspace/diagram/diagrams.ts';
import { type Field, fieldAt } from '../packetspace/diagram/field.ts';
import { type IntervalColumn, intervalColumn, narrowColumn } from '../packetspace/diagram/intervals.ts';
import { projectField } from '../packetspace/diagram/project.ts';
import { FALSE, type Ref, TRUE } from '../packetspace/diagram/ref.ts';
import { nodeCount } from '../packetspace/diagram/walk.ts';
import { witness } from '../packetspace/diagram/witness.ts';
import { medianOf } from './measure.ts';
import { BELOW, cubeOfService, FIRST, ORDERS, randomFrom, type Service, services } from './packetspace-services.ts';

const { values: given } = parseArgs({
  options: {
    services: { type: 'string', default: '30000' },
    repeat: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const SERVICES = Number(given.services);
const REPEAT = Number(given.repeat);

interface Row {
  readonly name: string;
  readonly milliseconds: number;
  readonly nodes: number;
  readonly bytes: number;
  readonly note: string;
}

/** `prepare` is not timed; `run` is, but not the note on its result that it gives back. */
function measure<T>(
  name: string,
  prepare: (diagrams: Diagrams) => T,
  run: (diagrams: Diagrams, input: T) => () => string,
): Row {
  const times: number[] = [];
  let last = { nodes: 0, bytes: 0, note: '' };
  for (let i = 0; i < REPEAT; i++) {
    const diagrams = new Diagrams();
    const input = prepare(diagrams);
    const start = process.cpuUsage();
    const note = run(diagrams, input);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
    const { nodes, bytes } = diagrams.statistics;
    last = { nodes, bytes, note: note() };
  }
  const row = { name, milliseconds: medianOf(times), ...last };
  if (!given.json) print(row);
  return row;
}

function print({ name, milliseconds, nodes, bytes, note }: Row): void {
  const columns = [`${milliseconds.toFixed(0)} ms`, `${nodes} nodes`, `${(bytes / nodes).toFixed(0)} B each`];
  console.log(`${name.padEnd(58)}${columns.map((column) => column.padStart(16)).join('')}   ${note}`);
}

/** Rule after rule takes its packets; garbage is collected when it is due. */
function subtractAll(diagrams: Diagrams, cubes: readonly Cube[]): Ref {
  let reach: Ref = TRUE;
  for (const cube of cubes) {
    reach = diagrams.diffCube(reach, cube);
    if (diagrams.collectionDue) diagrams.collect([reach]);
  }
  return reach;
}

function ruleAfterRule(): Row[] {
  const rows: Row[] = [];
  for (const [order, packet] of Object.entries(ORDERS)) {
    for (const count of [SERVICES, 5 * SERVICES]) {
      const cubes = services(count, 7).map((service) => cubeOfService(packet, service));
      rows.push(
        measure(
          `reach \\ cube, ${count} rules (${order})`,
          () => cubes,
          (d, list) => {
            const reach = subtractAll(d, list);
            return () => `${nodeCount(d, reach)} nodes in the result, ${d.statistics.collections} collections`;
          },
        ),
        measure(
          `reach ∧ cube and reach \\ cube, ${count} rules (${order})`,
          () => cubes,
          (d, list) => {
            let reach: Ref = TRUE;
            const taken = new Int32Array(list.length);
            for (let i = 0; i < list.length; i++) {
              taken[i] = d.andCube(reach, list[i] as Cube);
              reach = d.diffCube(reach, list[i] as Cube);
              if (d.collectionDue) d.collect([reach], taken);
            }
            return () => `all ${taken.length} results kept, ${d.statistics.collections} collections`;
          },
        ),
        measure(
          `reach \\ set, ${count} rules (${order})`,
          (d) => cubes.map((cube) => d.cube(cube)),
          (d, sets) => {
            let reach: Ref = TRUE;
            for (const set of sets) reach = d.diff(reach, set);
            return () => 'without collections';
          },
        ),
      );
    }
  }
  return rows;
}

function sizeOf(diagrams: Diagrams, set: Ref): () => string {
  return () => `${nodeCount(diagrams, set)} nodes in the result`;
}

function unions(): Row[] {
  const list = services(40_000, 11);
  const sets = (d: Diagrams): Ref[] => list.map((service) => d.cube(cubeOfService(FIRST, service)));
  const rows = [
    measure('union of 40,000 cubes, one after another', sets, (d, refs) => {
      let union: Ref = FALSE;
      for (const set of refs) union = d.or(union, set);
      return () => `${nodeCount(d, union)} nodes in the result`;
    }),
    measure('union of 40,000 cubes, in a tree', sets, (d, refs) => sizeOf(d, d.orAll(refs))),
  ];
  for (const [order, { protocol, address, port }] of Object.entries(ORDERS)) {
    const sides = [
      {
        field: address,
        intervals: points(
          32,
          list.map((service) => service.address),
        ),
      },
      {
        field: protocol,
        intervals: points(
          8,
          list.map((service) => service.protocol),
        ),
      },
      {
        field: port,
        intervals: points(
          16,
          list.map((service) => service.port),
        ),
      },
    ];
    rows.push(
      measure(
        `set of 40,000 tuples (${order})`,
        () => sides,
        (d, all) => sizeOf(d, boxes(d, all)),
      ),
    );
  }
  return rows;
}

function points(width: number, values: readonly number[]): IntervalColumn {
  const column = Uint32Array.from(values);
  return narrowColumn(width, column, column);
}

function largeSets(): Row[] {
  const random = randomFrom(3);
  const ranges = (width: number, count: number, longest: number): IntervalColumn => {
    const low = Uint32Array.from({ length: count }, () => random(2 ** width - longest));
    return narrowColumn(
      width,
      low,
      low.map((start) => start + random(longest)),
    );
  };
  const tuples = [
    { field: FIRST.address, intervals: ranges(32, 40_000, 4096) },
    { field: FIRST.port, intervals: ranges(16, 40_000, 100) },
  ];
  const scattered = points(
    32,
    Array.from({ length: 1_000_000 }, () => random(2 ** 32)),
  );
  const dense = points(
    32,
    Array.from({ length: 1_000_000 }, () => 0x0a000000 + random(1 << 24)),
  );
  const wide = fieldAt('address6', BELOW, 128);
  const six = intervalColumn(
    128,
    Array.from({ length: 200_000 }, () => {
      const value = (0x20010db8n << 96n) | (BigInt(random(2 ** 32)) << 64n) | BigInt(random(2 ** 32));
      return { low: value, high: value };
    }),
  );
  const size = (field: Field) => (d: Diagrams, column: IntervalColumn) => sizeOf(d, fieldIn(d, field, column));
  return [
    measure('1,000,000 addresses of all IPv4', () => scattered, size(FIRST.address)),
    measure('1,000,000 addresses of one /8', () => dense, size(FIRST.address)),
    measure('200,000 IPv6 addresses', () => six, size(wide)),
    measure(
      '40,000 tuples of an address range and a port range',
      () => tuples,
      (d, all) => sizeOf(d, boxes(d, all)),
    ),
  ];
}

function images(): Row[] {
  const list = services(40_000, 13);
  const cubes = list.map((service) => cubeOfService(FIRST, service));
  return [
    measure(
      'dnat of 40,000 sets to an address and a port each',
      (d) => cubes.map((cube) => d.cube(cube)),
      (d, sets) => {
        const images = sets.map((set, i) => {
          const { address, port } = list[(i * 7) % list.length] as Service;
          return assignConstant(d, assignConstant(d, set, FIRST.address, address), FIRST.port, port);
        });
        return () => `${nodeCount(d, d.orAll(images))} nodes in their union`;
      },
    ),
    measure(
      '40,000 named booleans, the later the higher',
      () => null,
      (d) => {
        let passed: Ref = TRUE;
        for (let i = 40_000; i > 0; i--) passed = d.diff(passed, d.cube(Int32Array.of(literal(BELOW + i, true))));
        return sizeOf(d, passed);
      },
    ),
    measure(
      'reading: witness, projection on 100 intervals, description',
      (d) => subtractAll(d, cubes),
      (d, reach) => {
        const found = witness(d, reach, { values: cubes[0] as Cube });
        const { more } = projectField(d, reach, FIRST.port, 100);
        const { products } = describeSet(d, reach, [FIRST.protocol, FIRST.address, FIRST.port], {
          products: 10,
          intervals: 20,
        });
        return () => `${found?.length} literals, more ports: ${more}, ${products.length} products`;
      },
    ),
    measure(
      'a collection that keeps a million nodes',
      (d) => services(5 * SERVICES, 7).map((service) => d.cube(cubeOfService(FIRST, service))),
      (d, sets) => {
        const { kept, freed } = d.collect(sets.slice(0, 40_000));
        return () => `${kept} kept, ${freed} freed`;
      },
    ),
  ];
}

const all = [...ruleAfterRule(), ...unions(), ...largeSets(), ...images()];
if (given.json) console.log(JSON.stringify({ node: process.version, rows: all }));
