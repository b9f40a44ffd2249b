/** The settings of `storefront`: the currency that its pages show. */
import { Type, type Static } from 'typebox';
import type { ModuleContext } from '#host';
import { currencySettings } from '../currency.ts';

export const settings = Type.Object({
  ...currencySettings,
});

/** What the host gives the module. */
export type Context = ModuleContext<Static<typeof settings>>;
