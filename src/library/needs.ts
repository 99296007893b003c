// What the room needs from outside.

/** Tags of a picture file as the strings that stand there; null where a tag is missing. Dates `YYYY:MM:DD HH:MM:SS`. */
export interface PictureTags {
  readonly dateTimeOriginal: string | null;
  readonly createDate: string | null;
  /** IPTC `YYYYMMDD`. */
  readonly iptcDateCreated: string | null;
  readonly software: string | null;
  readonly make: string | null;
  readonly model: string | null;
}
