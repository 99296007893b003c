// Letters of five by seven dots for burn-ins, drawn here, so that a burn-in looks alike on every machine, with or without
// fonts. Capitals only: small letters and accents fall back to them, what is missing becomes an empty box.

export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;

/** One letter per line: the sign, then its seven rows from the top, each a number of five bits (leftmost highest). */
const DRAWN = `
A 14 17 17 31 17 17 17
B 30 17 17 30 17 17 30
C 14 17 16 16 16 17 14
D 30 17 17 17 17 17 30
E 31 16 16 30 16 16 31
F 31 16 16 30 16 16 16
G 14 17 16 23 17 17 14
H 17 17 17 31 17 17 17
I 14 4 4 4 4 4 14
J 7 2 2 2 2 18 12
K 17 18 20 24 20 18 17
L 16 16 16 16 16 16 31
M 17 27 21 21 17 17 17
N 17 25 21 19 17 17 17
O 14 17 17 17 17 17 14
P 30 17 17 30 16 16 16
Q 14 17 17 17 21 18 13
R 30 17 17 30 20 18 17
S 15 16 16 14 1 1 30
T 31 4 4 4 4 4 4
U 17 17 17 17 17 17 14
V 17 17 17 17 17 10 4
W 17 17 17 21 21 27 17
X 17 17 10 4 10 17 17
Y 17 17 10 4 4 4 4
Z 31 1 2 4 8 16 31
0 14 17 19 21 25 17 14
1 4 12 4 4 4 4 14
2 14 17 1 2 4 8 31
3 31 2 4 2 1 17 14
4 2 6 10 18 31 2 2
5 31 16 30 1 1 17 14
6 6 8 16 30 17 17 14
7 31 1 2 4 8 8 8
8 14 17 17 14 17 17 14
9 14 17 17 15 1 2 12
. 0 0 0 0 0 12 12
, 0 0 0 0 12 4 8
: 0 12 12 0 12 12 0
; 0 12 12 0 12 4 8
- 0 0 0 31 0 0 0
_ 0 0 0 0 0 0 31
/ 1 1 2 4 8 16 16
> 8 4 2 1 2 4 8
< 2 4 8 16 8 4 2
( 2 4 8 8 8 4 2
) 8 4 2 2 2 4 8
+ 0 4 4 31 4 4 0
= 0 0 31 0 31 0 0
# 10 10 31 10 31 10 10
& 12 18 20 8 21 18 13
' 4 4 8 0 0 0 0
! 4 4 4 4 4 0 4
? 14 17 1 2 4 0 4
| 4 4 4 4 4 4 4
% 24 25 2 4 8 19 3
@ 14 17 23 21 23 16 14
`;

const BOX: readonly number[] = [31, 17, 17, 17, 17, 17, 31];

const GLYPHS: ReadonlyMap<string, readonly number[]> = new Map([
  [' ', [0, 0, 0, 0, 0, 0, 0]],
  ...DRAWN.trim()
    .split('\n')
    .map((line): [string, number[]] => [line[0], line.slice(2).split(' ').map(Number)]),
]);

/** Seven rows of five bits. */
export function glyphOf(sign: string): readonly number[] {
  const plain = sign.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return GLYPHS.get(plain) ?? BOX;
}
