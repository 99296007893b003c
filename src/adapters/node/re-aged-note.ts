// The note in a file that says that its face was re-aged. Readable by people (description), by programs (the IPTC
// term for pictures that a trained network changed in part) and by Dorian, which never learns from such a picture.

import type { Exif } from 'sharp';

/** @see IPTC NewsCodes, digital source type */
const DIGITAL_SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

/** Key of the note in the metadata of clips; mark of it in stills. */
export const RE_AGED_KEY = 'dorian_re_aged';

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function unescapeXml(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

export function noteXmp(note: string): string {
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmp:CreatorTool="Dorian"
 Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${RE_AGED_KEY}: ${escapeXml(note)}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

/** For readers that know EXIF alone. EXIF text is ASCII. */
export function noteExif(note: string): Exif {
  const ascii = note.replace(/[^\x20-\x7e]/g, '?');
  return { IFD0: { ImageDescription: `${RE_AGED_KEY}: ${ascii}`, Software: 'Dorian' } };
}

/** Finds the note in a block of XMP or EXIF. */
export function findNote(block: Uint8Array | undefined): string | null {
  if (!block) return null;
  const match = new RegExp(`${RE_AGED_KEY}: ([^<\\0]*)`).exec(new TextDecoder().decode(block));
  return match ? unescapeXml(match[1]) : null;
}
