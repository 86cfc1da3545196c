/** Where a label names a cloud region or a number, so that hosts of one family differ in nothing else. */

/** AWS, Google Cloud and Azure in the forms that host names have them. */
const REGION =
  /^(?:(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-)?(?:north|south|east|west|central)(?:east|west)?-?\d{1,2}[a-f]?|(?:us|europe|asia|australia|northamerica|southamerica|me|africa)-(?:north|south|east|west|central)(?:east|west)?\d{1,2}|(?:east|west|central|north|south|northcentral|southcentral|westcentral)us\d?|(?:north|west)europe|(?:uk|france|germany|norway|sweden|switzerland|japan|korea|brazil|canada|australia|uae)(?:north|south|east|west|central|southeast|westcentral)\d?|(?:east|southeast)asia)$/;

export function isRegion(label: string): boolean {
  return REGION.test(label);
}

/** `pipelinesproxwus31` is `pipelinesproxwus*`: the last digits of a label that also has letters, or the digits before a dash. */
export function withoutNumber(label: string): string | null {
  const match = /^(.*[a-z-])(\d{1,6})$/.exec(label);
  return match === null ? null : `${match[1]}*`;
}
