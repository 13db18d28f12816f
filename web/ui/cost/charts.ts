/** The two curves as charts: evaluations over Services (linear, from 0: the straight line is the argument), seconds over size (both logarithmic). */
import type { Chart, ChartLine, ChartPoint } from '../../render/chart.ts';
import type { CostCurve, CurveId, LoaderCost, ProgrammingCost, RecordedPoint } from '../../worker/protocol.ts';
import { count, plural } from '../shell/words.ts';
import { seconds } from './words.ts';

/** A round number, not less than `value` and not much more. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return ([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

export function linearAt({ base, slope }: CostCurve, n: number): number {
  return base + slope * n;
}

/** All equally likely. */
export function meanAt({ base, slope }: CostCurve, n: number): number {
  return base + (slope * (n + 1)) / 2;
}

/** What the horizontal axis counts. */
export function subjectOf({ subject }: CostCurve): string {
  return subject.kind === 'services' ? 'Services (cluster IP and port)' : `entries of ${subject.name}`;
}

/** What looks them up, or would. */
export function lookupOf({ mode }: CostCurve): string {
  return mode === 'ipset' ? 'ipset' : 'verdict map';
}

export function evaluationChart(curve: CostCurve, slot: string): Chart {
  const last = niceCeiling(curve.count * 3);
  const lines: ChartLine[] = [
    {
      id: 'map',
      look: 'ink',
      points: level(curve.map, last),
      label: [`${lookupOf(curve)}: O(1)`, plural(Math.round(curve.map), 'evaluation')],
    },
  ];
  const linear = curve.mode === 'linear';
  const name = curve.subject.kind === 'services' ? 'last Service' : 'last entry';
  lines.push(
    {
      id: 'linear',
      look: linear ? 'owner' : 'graph-dashed',
      slot,
      points: straight((n) => linearAt(curve, n), last),
      label: linear ? [`${name}: O(n)`, 'rules one by one'] : ['one rule for each: O(n)', 'as iptables would'],
    },
    ...(linear
      ? [
          {
            id: 'mean',
            look: 'owner-dashed',
            slot,
            points: straight((n) => meanAt(curve, n), last),
            label: ['mean over all'],
          } as const,
        ]
      : []),
  );
  return {
    x: { scale: 'linear', domain: [0, last], title: subjectOf(curve), format: count },
    y: {
      scale: 'linear',
      domain: [0, niceCeiling(linearAt(curve, last))],
      title: 'rules evaluated, first packet of a connection',
      format: count,
    },
    lines,
    points: dumpPoints(curve, slot),
  };
}

function dumpPoints(curve: CostCurve, slot: string): ChartPoint[] {
  const here = curve.mode === 'linear' ? linearAt(curve, curve.count) : curve.map;
  const measured = curve.points.at(-1)?.evaluated ?? Math.round(here);
  const points: ChartPoint[] = curve.points.map(({ at, evaluated }) => ({
    ...{ id: `at ${at}`, x: at, y: evaluated, look: 'small', slot, label: [] },
  }));
  const what = curve.subject.kind === 'services' ? 'Service' : 'entry';
  points.push({
    ...{ id: 'dump', x: curve.count, y: measured, look: 'ring' },
    label: [
      `this dump: ${count(measured)}`,
      plural(curve.count, what, curve.subject.kind === 'services' ? 'Services' : 'entries'),
    ],
    ...(curve.mode === 'linear' ? { down: curve.map } : { below: true }),
  });
  if (curve.mode === 'linear') points.push({ id: 'map', x: curve.count, y: curve.map, look: 'ink', label: [] });
  if (curve.mean !== null && curve.mode === 'linear' && curve.mean > curve.map) {
    points.push({
      id: 'mean',
      x: curve.count,
      y: curve.mean,
      look: 'dot',
      slot,
      label: [`${curve.partial ? 'at least ' : ''}${count(Math.round(curve.mean))} by counters`],
    });
  }
  return points;
}

function level(y: number, last: number): (readonly [number, number])[] {
  return [
    [0, y],
    [last, y],
  ];
}

function straight(of: (n: number) => number, last: number): (readonly [number, number])[] {
  return [
    [0, of(0)],
    [last, of(last)],
  ];
}

const CURVES: readonly { readonly id: CurveId; readonly look: ChartLine['look']; readonly label: readonly string[] }[] =
  [
    { id: 'nft', look: 'ink', label: ['nft', 'kube-proxy'] },
    { id: 'nft-plain', look: 'graph-dashed', label: ['nft, no anonymous maps'] },
    { id: 'iptables', look: 'graph', label: ['iptables-restore'] },
  ];

/** Where a recorded ruleset stands on the horizontal axis. */
export function sizeOf(id: CurveId, point: Pick<RecordedPoint, 'rules' | 'chains' | 'anonymous'>): number {
  return id === 'iptables' ? point.rules : point.chains + point.anonymous;
}

export function reloadChart({ recorded, loaders }: ProgrammingCost): Chart {
  const lines = CURVES.map(({ id, look, label }): ChartLine => {
    const curve = recorded.curves.find((one) => one.id === id);
    return {
      id,
      look,
      label,
      points: (curve?.points ?? []).map((point) => [sizeOf(id, point), point.seconds] as const),
    };
  });
  const marks = loaders.flatMap((loader) => loaderPoint(loader));
  const xs = [...lines.flatMap(({ points }) => points.map(([x]) => x)), ...marks.map(({ x }) => x)];
  const ys = [...lines.flatMap(({ points }) => points.map(([, y]) => y)), ...marks.map(({ y }) => y)];
  return {
    x: {
      scale: 'log',
      domain: [power(Math.min(...xs), Math.floor), Math.max(...xs)],
      title: 'chains and anonymous sets (nft), rules (iptables)',
      format: count,
    },
    y: {
      scale: 'log',
      domain: [0.3 * Math.min(...ys), power(Math.max(...ys), Math.ceil)],
      title: 'seconds for a full reload',
      format: (value) => (value < 1 ? String(Number(value.toPrecision(1))) : count(value)),
    },
    lines,
    points: marks,
  };
}

/** Too small to be seen at all is drawn at the smallest that is. */
const LEAST_SECONDS = 0.01;

function loaderPoint({ loader, reload }: LoaderCost): ChartPoint[] {
  if (!reload || reload.x === 0) return [];
  const name = loader === 'nft' ? 'nft' : 'iptables';
  return [
    {
      ...{ id: loader, x: Math.max(1, reload.x), y: Math.max(LEAST_SECONDS, reload.seconds), look: 'ring' },
      label: [
        `${name}: ${seconds(reload.seconds)}`,
        loader === 'nft' ? `${count(reload.x)} chains and sets` : plural(reload.x, 'rule'),
      ],
      below: loader === 'iptables',
    },
  ];
}

function power(value: number, round: (value: number) => number): number {
  return 10 ** round(Math.log10(value));
}
