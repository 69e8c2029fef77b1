import { openPlaces, type Places } from "../places/index.ts";
import type { Settings } from "../settings/list.ts";

const opened = new WeakMap<Settings, Promise<Places>>();

/** The data of places that the settings name, opened once. Throws GeoFileError. */
export function placesFor(settings: Settings): Promise<Places> {
  let places = opened.get(settings);
  if (places === undefined) {
    const { geo, geoCityFile, geoAsnFile } = settings;
    places = openPlaces({ cityFile: geoCityFile, asnFile: geoAsnFile, packaged: geo !== "off" });
    opened.set(settings, places);
  }
  return places;
}
