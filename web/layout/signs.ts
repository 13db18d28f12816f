/**
 * The contention signs as geometry: outline and glyph of each, centred on 0,0. One source for the map (D3) and the panels (React), so that
 * a sign looks the same everywhere. Signs are drawn, not typed: no font has all of them in one style.
 */
import { assertNever } from '../base/assert.ts';

export type SignKind =
  | 'overruled'
  | 'order-sensitive'
  | 'mark-only'
  | 'benign'
  | 'undecided'
  | 'mark-bits'
  | 'nat'
  | 'attention'
  | 'note';

export type SignSeverity = 'error' | 'warning' | 'info';

export interface SignShape {
  readonly outline: 'disc' | 'square' | 'diamond';
  /** `filled`: severity colour with the glyph in `on-severity`; `ring`: surface with an ink-3 line; `dashed`: a ring that is dashed. */
  readonly style: 'filled' | 'ring' | 'dashed';
  /** Distance from the centre to the outline, in pixels. */
  readonly radius: number;
  /** Outline as SVG path data. */
  readonly outlinePath: string;
  /** The glyph as SVG path data, to be stroked without fill. */
  readonly glyphPath: string;
  readonly glyphWidth: number;
  /** Pixels; empty for a solid line. */
  readonly dash: string;
}

/** Radii on the map (VISUAL.md, "Marks"). */
export const SIGN_RADIUS: Readonly<Record<SignKind, number>> = {
  overruled: 7.2,
  'order-sensitive': 7.2,
  'mark-only': 5.2,
  benign: 5.2,
  // Between 5.8 and 7.2: neighbouring stripes are as little as 14 apart.
  undecided: 6.2,
  'mark-bits': 6.2,
  nat: 7.6,
  attention: 7.2,
  note: 5.2,
};

/** What a sign is called in legends and for screen readers. */
export const SIGN_WORD: Readonly<Record<SignKind, string>> = {
  overruled: 'overruled',
  'order-sensitive': 'order-sensitive',
  'mark-only': 'only the final mark changes',
  benign: 'proved benign',
  undecided: 'undecided',
  'mark-bits': 'mark bits collide',
  nat: 'both translate',
  attention: 'needs attention',
  note: 'note',
};

const n = (value: number): string => String(Math.round(value * 100) / 100);

function outline(shape: SignShape['outline'], r: number): string {
  switch (shape) {
    case 'disc':
      return `M${n(-r)} 0A${n(r)} ${n(r)} 0 1 1 ${n(r)} 0A${n(r)} ${n(r)} 0 1 1 ${n(-r)} 0Z`;
    case 'square': {
      const c = 1.5;
      const e = r - c;
      return `M${n(-e)} ${n(-r)}H${n(e)}A${c} ${c} 0 0 1 ${n(r)} ${n(-e)}V${n(e)}A${c} ${c} 0 0 1 ${n(e)} ${n(r)}H${n(-e)}A${c} ${c} 0 0 1 ${n(-r)} ${n(e)}V${n(-e)}A${c} ${c} 0 0 1 ${n(-e)} ${n(-r)}Z`;
    }
    case 'diamond':
      return `M0 ${n(-r)}L${n(r)} 0L0 ${n(r)}L${n(-r)} 0Z`;
    default:
      return assertNever(shape, 'sign outline');
  }
}

/** Glyphs are designed for a radius of 7.2 and scaled by `k`. */
function glyph(sign: SignKind, k: number): string {
  const p = (value: number): string => n(value * k);
  switch (sign) {
    case 'overruled':
      return `M${p(-2.5)} ${p(-2.5)}L${p(2.5)} ${p(2.5)}M${p(2.5)} ${p(-2.5)}L${p(-2.5)} ${p(2.5)}`;
    case 'order-sensitive':
    case 'mark-only':
      return `M${p(-3.4)} ${p(-1.5)}H${p(3.4)}M${p(-3.4)} ${p(1.5)}H${p(3.4)}M${p(1.7)} ${p(-3.9)}L${p(-1.7)} ${p(3.9)}`;
    case 'benign':
      return `M${p(-3.2)} ${p(-1.4)}H${p(3.2)}M${p(-3.2)} ${p(1.4)}H${p(3.2)}`;
    case 'undecided':
      return `M${p(-1.9)} ${p(-1.7)}A${p(2)} ${p(2)} 0 1 1 ${p(1)} ${p(0.1)}C${p(0.3)} ${p(0.5)} 0 ${p(0.8)} 0 ${p(1.5)}M0 ${p(3.4)}V${p(3.5)}`;
    case 'mark-bits':
      return `M${p(-2.9)} ${p(-2.9)}H${p(-0.2)}V${p(2.9)}H${p(-2.9)}ZM${p(2.9)} ${p(-3.5)}V${p(3.5)}`;
    case 'nat':
      return `M${p(-3)} 0H${p(3)}M${p(0.5)} ${p(-2.6)}L${p(3)} 0L${p(0.5)} ${p(2.6)}`;
    case 'attention':
      return `M0 ${p(-3.6)}V${p(0.9)}M0 ${p(3.3)}V${p(3.4)}`;
    case 'note':
      return `M0 ${p(-3.1)}V${p(-3)}M0 ${p(-0.8)}V${p(3.3)}`;
    default:
      return assertNever(sign, 'sign');
  }
}

/** The shape of `sign` with outline radius `radius` (default: as on the map), in pixels. */
export function signShape(sign: SignKind, radius: number = SIGN_RADIUS[sign]): SignShape {
  const shape = sign === 'mark-bits' ? 'square' : sign === 'nat' ? 'diamond' : 'disc';
  const style =
    sign === 'undecided' ? 'dashed' : sign === 'mark-only' || sign === 'benign' || sign === 'note' ? 'ring' : 'filled';
  const k = radius / (shape === 'square' ? 6.4 : shape === 'diamond' ? 8 : style === 'ring' ? 6.4 : 7.2);
  return {
    outline: shape,
    style,
    radius,
    outlinePath: outline(shape, radius),
    glyphPath: glyph(sign, k),
    glyphWidth: Math.round((style === 'filled' ? 1.5 : 1.2) * Math.max(0.8, k) * 100) / 100,
    dash: style === 'dashed' ? '2.2 1.8' : '',
  };
}
