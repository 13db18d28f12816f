/**
 * What a full reload of a ruleset costs, by recorded runs of the tools (`web/bench/reload.ts` writes them): a dump is placed on the curve of its
 * tool by its counts. Seconds are those of one machine; the shape of the curve is what travels.
 */
import type { ProgrammingCounts } from './programming.ts';
import recorded from './recorded-reload.json';

export interface RecordedPoint {
  /** Services of the tools' curves; the number of chains, rules, ... of the others. */
  readonly size: number;
  readonly seconds: number;
  readonly rules: number;
  readonly chains: number;
  /** Anonymous sets and maps. */
  readonly anonymous: number;
  readonly elements: number;
  readonly bytes: number;
}

/**
 * `nft` and `iptables` are kube-proxy's rulesets as a whole, `nft-plain` the same as `nft` without its anonymous maps; the others are one kind of
 * thing alone.
 */
export type CurveId = 'nft' | 'nft-plain' | 'iptables' | 'chains' | 'anonymous' | 'rules' | 'elements';

export interface RecordedCurve {
  readonly id: CurveId;
  readonly command: 'nft -c -f' | 'iptables-nft-restore --test';
  /** Growing in size. */
  readonly points: readonly RecordedPoint[];
}

export interface RecordedReload {
  readonly schema: 'nfscope/reload@1';
  readonly nft: string;
  readonly iptables: string;
  readonly kernel: string;
  readonly cores: number;
  /** Of each Service. */
  readonly endpoints: number;
  readonly curves: readonly RecordedCurve[];
}

export const RECORDED_RELOAD = recorded as RecordedReload;

export interface ReloadEstimate {
  /** Where the dump stands on its tool's curve: chains and anonymous sets of nft, rules of iptables. */
  readonly x: number;
  readonly seconds: number;
  /** More than was recorded: the curve is drawn on as it ends. */
  readonly beyond: boolean;
  /** Less than the smallest size that was recorded: at most `seconds`. */
  readonly below: boolean;
  /** Seconds of it that anonymous sets and maps cost; 0 for iptables. */
  readonly anonymous: number;
}

/** The horizontal place of a ruleset, or of a recorded one. */
export function reloadSize(id: CurveId, counts: { chains: number; anonymous: number; rules: number }): number {
  return id === 'iptables' ? counts.rules : counts.chains + counts.anonymous;
}

/**
 * Assumption: anonymous sets cost as much as in the recorded ruleset with as many, less where fewer chains are beside them; the rest costs what the
 * recorded ruleset without anonymous sets costs, by chains or rules, whichever is more.
 */
export function estimateNft(counts: ProgrammingCounts, record: RecordedReload = RECORDED_RELOAD): ReloadEstimate {
  const anonymous = counts.anonymousSets + counts.anonymousMaps;
  const whole = curveOf(record, 'nft');
  const plain = curveOf(record, 'nft-plain');
  const rest = Math.max(
    along(plain, ({ chains }) => chains, counts.chains),
    along(plain, ({ rules }) => rules, counts.rules),
    along(curveOf(record, 'elements'), ({ elements }) => elements, counts.elements),
  );
  const alone = anonymous === 0 ? 0 : along(curveOf(record, 'anonymous'), (point) => point.anonymous, anonymous);
  const among = anonymous === 0 ? 0 : extraOf(whole, plain, anonymous);
  const beside = counts.chains / Math.max(1, chainsAt(whole, anonymous));
  const extra = Math.max(0, Math.min(alone, among) + Math.min(1, beside) * Math.max(0, among - alone));
  const x = reloadSize('nft', { chains: counts.chains, anonymous, rules: counts.rules });
  const [first, last] = ends(whole);
  return {
    x,
    seconds: rest + extra,
    beyond: x > reloadSize('nft', last),
    below: x < reloadSize('nft', first),
    anonymous: extra,
  };
}

export function estimateIptables(rules: number, record: RecordedReload = RECORDED_RELOAD): ReloadEstimate {
  const curve = curveOf(record, 'iptables');
  const [first, last] = ends(curve);
  return {
    x: rules,
    seconds: along(curve, (point) => point.rules, rules),
    beyond: rules > last.rules,
    below: rules < first.rules,
    anonymous: 0,
  };
}

/** How seconds grow with size where the curve ends: 1 is linear, 2 quadratic. */
export function growthOf(id: CurveId, record: RecordedReload = RECORDED_RELOAD): number {
  const { points } = curveOf(record, id);
  // Over the last sizes but one: single runs are noisy.
  const last = points.slice(-3);
  const [a, b] = [last[0] as RecordedPoint, last.at(-1) as RecordedPoint];
  return Math.log(b.seconds / a.seconds) / Math.log(b.size / a.size);
}

export function curveOf(record: RecordedReload, id: CurveId): RecordedCurve {
  const curve = record.curves.find((one) => one.id === id);
  if (!curve || curve.points.length < 2) throw new Error(`no recorded curve ${id}`);
  return curve;
}

function ends({ points }: RecordedCurve): readonly [RecordedPoint, RecordedPoint] {
  return [points[0] as RecordedPoint, points.at(-1) as RecordedPoint];
}

/** Seconds at `at` by interpolation between logarithms; below the first point its seconds, beyond the last by the last slope. */
function along({ points }: Pick<RecordedCurve, 'points'>, xOf: (point: RecordedPoint) => number, at: number): number {
  return interpolate(
    points.map((point) => [xOf(point), point.seconds] as const),
    at,
  );
}

/** What the anonymous maps cost by the difference of the two rulesets, size by size. */
function extraOf(whole: RecordedCurve, plain: RecordedCurve, anonymous: number): number {
  const differences = whole.points.flatMap((point) => {
    const other = plain.points.find(({ size }) => size === point.size);
    const extra = other ? point.seconds - other.seconds : 0;
    return extra > 0 ? [[point.anonymous, extra] as const] : [];
  });
  return differences.length < 2 ? 0 : interpolate(differences, anonymous);
}

function chainsAt(whole: RecordedCurve, anonymous: number): number {
  return interpolate(
    whole.points.map((point) => [point.anonymous, point.chains] as const),
    anonymous,
  );
}

function interpolate(points: readonly (readonly [x: number, y: number])[], at: number): number {
  const [first, ...rest] = points;
  if (!first) return 0;
  // Below the first size the time to start the tool is most of it: what grows is scaled down.
  if (at <= first[0]) return (first[1] * Math.max(at, 0)) / first[0];
  let [before, after] = [first, rest[0] ?? first];
  for (const point of rest) {
    after = point;
    if (at <= point[0]) break;
    if (point !== points.at(-1)) before = point;
  }
  const slope = Math.log(after[1] / before[1]) / Math.log(after[0] / before[0]);
  return before[1] * (at / before[0]) ** slope;
}
