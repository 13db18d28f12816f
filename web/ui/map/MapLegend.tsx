/** What the map's marks mean, in the footer. */
import type { ReactElement } from 'react';
import { SIGN_WORD, type SignKind, type SignSeverity } from '../../layout/signs.ts';
import { Sign } from '../theme/marks.tsx';
import './map.css';

const SIGNS: readonly (readonly [SignKind, SignSeverity])[] = [
  ['overruled', 'error'],
  ['order-sensitive', 'warning'],
  ['mark-bits', 'error'],
  ['nat', 'warning'],
  ['benign', 'info'],
  ['undecided', 'info'],
];

export function MapLegend(): ReactElement {
  return (
    <ul className="map-legend" aria-label="Marks on the map">
      {SIGNS.map(([sign, severity]) => (
        <li key={sign}>
          <Sign sign={sign} severity={severity} size={14} label="" /> {SIGN_WORD[sign]}
        </li>
      ))}
      <li>
        <svg className="map-legend-bracket" width="6" height="13" viewBox="0 0 6 13" aria-hidden="true">
          <path d="M5.5 1H1V12H5.5" />
        </svg>{' '}
        same priority
      </li>
      <li>
        <span className="map-legend-count" aria-hidden="true">
          1
          <svg width="6" height="6" viewBox="0 0 6 6" aria-hidden="true">
            <path d="M0.5 0L5.5 3L0.5 6Z" />
          </svg>
          611
        </span>{' '}
        rules here
        <svg className="map-legend-triangle" width="6" height="6" viewBox="0 0 6 6" aria-hidden="true">
          <path d="M0.5 0L5.5 3L0.5 6Z" />
        </svg>
        below
      </li>
    </ul>
  );
}
