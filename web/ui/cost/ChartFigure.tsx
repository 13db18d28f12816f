/** A chart with its words for those who do not see it, and the same numbers as a table. */
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { type Chart, drawChart } from '../../render/chart.ts';
import { useSize } from '../map/map-parts.ts';
import { usePrinting } from '../shell/use-printing.ts';

export interface ChartFigureProps {
  readonly chart: Chart;
  /** Says what the curve shows. */
  readonly label: string;
  readonly table: ReactNode;
}

export function ChartFigure({ chart, label, table }: ChartFigureProps): ReactElement {
  const svg = useRef<SVGSVGElement>(null);
  const size = useSize(svg);
  useEffect(() => {
    if (svg.current && size) drawChart(svg.current, chart, size.width, size.height);
  }, [chart, size]);
  // On paper the card has another width than what was drawn for.
  const whole = usePrinting() && size ? { viewBox: `0 0 ${size.width} ${size.height}` } : {};
  return (
    <figure className="cost-figure">
      <svg ref={svg} className="chart" role="img" aria-label={label} {...whole} />
      <details className="cost-numbers">
        <summary>The numbers</summary>
        {table}
      </details>
    </figure>
  );
}
