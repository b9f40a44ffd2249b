/** The settings of `products`: prices, stock, and the sample catalogue. */
import { Type, type Static } from 'typebox';
import { setting, type ModuleContext } from '#host';
import { currencySettings } from '../currency.ts';

export const settings = Type.Object({
  ...currencySettings,
  SAMPLE_CATALOGUE: Type.Enum(['on', 'off'], {
    default: 'on',
    description: 'Whether an empty shop starts with the sample catalogue',
  }),
  CATALOGUE_CACHE_MS: setting.durationMs(
    100,
    10_000,
    'How long answers of the catalogue are kept; a stock that orders have changed may look that old, in ms',
  ),
  LOW_STOCK_THRESHOLD: setting.count(
    0,
    1_000_000,
    5,
    'The stock at and below which it is reported as low',
  ),
});

export type Settings = Static<typeof settings>;

/** The settings in a context of the module. */
export const settingsOf = ({ settings: own }: ModuleContext): Settings => own as Settings;
