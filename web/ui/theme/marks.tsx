/** The small marks that every panel shares: owner chips, contention signs, icons. Styles: marks.css. */
import type { CSSProperties, ReactElement } from 'react';
import { SIGN_WORD, type SignKind, type SignSeverity, signShape } from '../../layout/signs.ts';
import type { PaletteSlot } from '../../owners/owner.ts';
import './marks.css';

export interface OwnerChipProps {
  readonly slot: PaletteSlot;
  readonly initials: string;
  /** Another owner of this workspace has the same slot and more rules: horizontal bars tell them apart. */
  readonly barred?: boolean;
  /** `small`: 20x14, as in findings; `normal`: 22x14, as in the legend; `spine`: fills its row's height. */
  readonly size?: 'small' | 'normal' | 'spine';
  /** The owner's name as accessible name; without it the chip is decoration beside a written name. */
  readonly label?: string;
}

/** An owner's spine: solid fill with initials. Hatched for `unknown`. */
export function OwnerChip({ slot, initials, barred = false, size = 'normal', label }: OwnerChipProps): ReactElement {
  return (
    <span
      className="owner-chip"
      data-slot={slot}
      data-size={size}
      data-barred={barred || undefined}
      {...(label ? { role: 'img', 'aria-label': label, title: label } : { 'aria-hidden': true })}
    >
      {initials}
    </span>
  );
}

export interface SignProps {
  readonly sign: SignKind;
  readonly severity: SignSeverity;
  /** Outer width in pixels; default 16. */
  readonly size?: number;
  /** Accessible name; default: the sign's word. Empty: decoration. */
  readonly label?: string;
}

/** A contention sign, as on the map. */
export function Sign({ sign, severity, size = 16, label = SIGN_WORD[sign] }: SignProps): ReactElement {
  const shape = signShape(sign, size / 2 - 0.75);
  const half = size / 2;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden as decoration beside a word
    <svg
      className="sign"
      data-style={shape.style}
      data-severity={severity}
      width={size}
      height={size}
      viewBox={`${-half} ${-half} ${size} ${size}`}
      focusable="false"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <path className="sign-outline" d={shape.outlinePath} strokeDasharray={shape.dash || undefined} />
      <path className="sign-glyph" d={shape.glyphPath} strokeWidth={shape.glyphWidth} />
    </svg>
  );
}

export type IconName =
  | 'search'
  | 'theme'
  | 'copy'
  | 'lock'
  | 'close'
  | 'plus'
  | 'minus'
  | 'fit'
  | 'arrow-right'
  | 'arrow-down'
  | 'chevron-right'
  | 'chevron-down'
  | 'chevron-left'
  | 'check'
  | 'file'
  | 'drop'
  | 'external'
  | 'note';

const ICONS: Readonly<Record<IconName, string>> = {
  search: 'M7 12A5 5 0 1 0 7 2A5 5 0 0 0 7 12ZM10.6 10.6L14 14',
  theme: 'M8 14A6 6 0 1 0 8 2A6 6 0 0 0 8 14Z',
  copy: 'M5.5 5.5H13.5V13.5H5.5ZM2.5 10.5V2.5H10.5',
  lock: 'M3.5 7.5H12.5V13.5H3.5ZM5.5 7.5V5A2.5 2.5 0 0 1 10.5 5V7.5',
  close: 'M4 4L12 12M12 4L4 12',
  plus: 'M8 3V13M3 8H13',
  minus: 'M3 8H13',
  fit: 'M2.5 6V2.5H6M10 2.5H13.5V6M13.5 10V13.5H10M6 13.5H2.5V10',
  'arrow-right': 'M2.5 8H13M9 4L13 8L9 12',
  'arrow-down': 'M8 2.5V13M4 9L8 13L12 9',
  'chevron-right': 'M6 3.5L10.5 8L6 12.5',
  'chevron-down': 'M3.5 6L8 10.5L12.5 6',
  'chevron-left': 'M10 3.5L5.5 8L10 12.5',
  check: 'M3 8.5L6.5 12L13 4.5',
  file: 'M3.5 2H9.5L12.5 5V14H3.5ZM9.5 2V5H12.5',
  drop: 'M8 2V10M4.5 6.5L8 10L11.5 6.5M2.5 13.5H13.5',
  external: 'M6 3H3V13H13V10M9 3H13V7M13 3L7.5 8.5',
  note: 'M3 13L3.7 10.2L10.8 3.1L12.9 5.2L5.8 12.3Z',
};

export interface IconProps {
  readonly name: IconName;
  /** Pixels; default 16. */
  readonly size?: number;
  /** Accessible name; without it the icon is decoration beside a word (icons without words: search, theme, copy and lock only). */
  readonly label?: string;
  readonly style?: CSSProperties;
}

export function Icon({ name, size = 16, label, style }: IconProps): ReactElement {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden as decoration beside a word
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      focusable="false"
      style={style}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <path d={ICONS[name]} />
      {name === 'theme' && <path d="M8 2A6 6 0 0 1 8 14Z" className="icon-solid" />}
    </svg>
  );
}
