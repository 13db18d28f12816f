/** The trace view (design picture 3): the packet, its way over the map, its steps. */
import { type ReactElement, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useKeptSizes } from '../shell/kept-sizes.ts';
import { NARROW, TWO_PANELS, useMedia } from '../shell/use-media.ts';
import { SourcePanel } from '../source/SourcePanel.tsx';
import { useStore } from '../use-store.ts';
import { PacketPanel } from './PacketPanel.tsx';
import { useHasTraces } from './Recorded.tsx';
import { StepsPanel } from './StepsPanel.tsx';
import { SwapPart } from './SwapPart.tsx';
import { TraceMap } from './TraceMap.tsx';
import './trace.css';
import { usePlay } from './use-play.ts';
import { numberedSteps, type TraceShown, useFirstPreset, usePacketFacts, useTrace } from './use-trace.ts';

const KEPT = ['packet', 'steps'];
const KEPT_BELOW = ['steps-below'];

/** Three columns would leave the map no letter that can be read. */
const UPRIGHT = `${NARROW} and (min-height: 700px)`;

export function TraceView(): ReactElement {
  const facts = usePacketFacts();
  const traces = useHasTraces();
  useFirstPreset(traces ? null : facts);
  const trace = useTrace();
  const steps = numberedSteps(trace.passage).length;
  const play = usePlay(steps, trace.passage);
  const below = useMedia(UPRIGHT);
  const tight = useMedia(TWO_PANELS);
  const { panel, group } = useKeptSizes(KEPT);
  return (
    <Group className="panels" orientation="horizontal" {...group}>
      <Panel
        {...panel('packet', tight ? 204 : 236)}
        minSize={190}
        maxSize="40%"
        groupResizeBehavior="preserve-pixel-size"
      >
        <PacketSide facts={facts} />
      </Panel>
      <Separator className="separator" aria-label="Width of the packet" />
      {below ? (
        <Panel id="course" minSize={260}>
          <JourneyAboveSteps trace={trace} play={play} />
        </Panel>
      ) : (
        <>
          <Panel id="journey" minSize={260}>
            <Journey trace={trace} progress={play.progress} />
          </Panel>
          <Separator className="separator" aria-label="Width of the steps" />
          <Panel
            {...panel('steps', tight ? 312 : 390)}
            minSize={280}
            maxSize="55%"
            groupResizeBehavior="preserve-pixel-size"
          >
            <StepsPanel trace={trace} play={play} />
          </Panel>
        </>
      )}
    </Group>
  );
}

interface CourseProps {
  readonly trace: TraceShown;
  readonly play: ReturnType<typeof usePlay>;
}

function JourneyAboveSteps({ trace, play }: CourseProps): ReactElement {
  const { panel, group } = useKeptSizes(KEPT_BELOW);
  return (
    <Group className="panels" orientation="vertical" {...group}>
      <Panel id="journey-above" minSize={200}>
        <Journey trace={trace} progress={play.progress} />
      </Panel>
      <Separator className="separator" aria-label="Height of the steps" />
      <Panel {...panel('steps-below', '45%')} minSize={160}>
        <StepsPanel trace={trace} play={play} />
      </Panel>
    </Group>
  );
}

/** The packet, or the source in its place: a step's rule is selected there too. */
function PacketSide({ facts }: { readonly facts: ReturnType<typeof usePacketFacts> }): ReactElement {
  const [side, setSide] = useState<'packet' | 'source'>('packet');
  return (
    <div className="packet-side">
      <fieldset className="segmented packet-sides" aria-label="Left panel">
        {(['packet', 'source'] as const).map((one) => (
          <button key={one} type="button" aria-pressed={one === side} onClick={() => setSide(one)}>
            {one === 'packet' ? 'Packet' : 'Source'}
          </button>
        ))}
      </fieldset>
      {side === 'packet' ? <PacketPanel facts={facts} /> : <SourcePanel />}
    </div>
  );
}

function Journey({ trace, progress }: { readonly trace: TraceShown; readonly progress: number | null }): ReactElement {
  const maps = useStore((state) => state.overview?.maps ?? null);
  const { passage, family } = trace;
  const model = maps?.find((map) => map.family === family) ?? maps?.[0];
  return (
    <div className="view trace-journey">
      {passage && model ? (
        <TraceMap model={model} passage={passage} progress={progress} />
      ) : (
        <div className="trace-blank" />
      )}
      <SwapPart trace={trace} />
    </div>
  );
}
