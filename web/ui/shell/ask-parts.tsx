/** What the bars' questions open, apart from parts.tsx: whose views have bars of their own. */
import { lazyPart } from './lazy-part.tsx';
import { WhatIfButton } from './menu-buttons.tsx';

export const WhatIfMenu = lazyPart(
  async () => (await import('../whatif/WhatIfMenu.tsx')).WhatIfMenu,
  (_props, want) => <WhatIfButton aria-haspopup="dialog" onClick={want} />,
);
export const WhatIfBanner = lazyPart(async () => (await import('../whatif/WhatIfBanner.tsx')).WhatIfBanner);
