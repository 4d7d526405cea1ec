"""Names that need no list from elsewhere: the standard strings of CFF, what the Latin ones among them print, and the
expert encodings, which are made of them (Adobe Technical Note 5176, appendices A to C; ISO 32000-2, annex D.4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

_STRINGS = """
    .notdef space exclam quotedbl numbersign dollar percent ampersand quoteright parenleft parenright asterisk plus
    comma hyphen period slash zero one two three four five six seven eight nine colon semicolon less equal greater
    question at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum
    underscore quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde
    exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft guillemotleft guilsinglleft
    guilsinglright fi fl endash dagger daggerdbl periodcentered paragraph bullet quotesinglbase quotedblbase
    quotedblright guillemotright ellipsis perthousand questiondown grave acute circumflex tilde macron breve dotaccent
    dieresis ring cedilla hungarumlaut ogonek caron emdash AE ordfeminine Lslash Oslash OE ordmasculine ae dotlessi
    lslash oslash oe germandbls onesuperior logicalnot mu trademark Eth onehalf plusminus Thorn onequarter divide
    brokenbar degree thorn threequarters twosuperior registered minus eth multiply threesuperior copyright Aacute
    Acircumflex Adieresis Agrave Aring Atilde Ccedilla Eacute Ecircumflex Edieresis Egrave Iacute Icircumflex Idieresis
    Igrave Ntilde Oacute Ocircumflex Odieresis Ograve Otilde Scaron Uacute Ucircumflex Udieresis Ugrave Yacute Ydieresis
    Zcaron aacute acircumflex adieresis agrave aring atilde ccedilla eacute ecircumflex edieresis egrave iacute
    icircumflex idieresis igrave ntilde oacute ocircumflex odieresis ograve otilde scaron uacute ucircumflex udieresis
    ugrave yacute ydieresis zcaron exclamsmall Hungarumlautsmall dollaroldstyle dollarsuperior ampersandsmall Acutesmall
    parenleftsuperior parenrightsuperior twodotenleader onedotenleader zerooldstyle oneoldstyle twooldstyle
    threeoldstyle fouroldstyle fiveoldstyle sixoldstyle sevenoldstyle eightoldstyle nineoldstyle commasuperior
    threequartersemdash periodsuperior questionsmall asuperior bsuperior centsuperior dsuperior esuperior isuperior
    lsuperior msuperior nsuperior osuperior rsuperior ssuperior tsuperior ff ffi ffl parenleftinferior
    parenrightinferior Circumflexsmall hyphensuperior Gravesmall Asmall Bsmall Csmall Dsmall Esmall Fsmall Gsmall Hsmall
    Ismall Jsmall Ksmall Lsmall Msmall Nsmall Osmall Psmall Qsmall Rsmall Ssmall Tsmall Usmall Vsmall Wsmall Xsmall
    Ysmall Zsmall colonmonetary onefitted rupiah Tildesmall exclamdownsmall centoldstyle Lslashsmall Scaronsmall
    Zcaronsmall Dieresissmall Brevesmall Caronsmall Dotaccentsmall Macronsmall figuredash hypheninferior Ogoneksmall
    Ringsmall Cedillasmall questiondownsmall oneeighth threeeighths fiveeighths seveneighths onethird twothirds
    zerosuperior foursuperior fivesuperior sixsuperior sevensuperior eightsuperior ninesuperior zeroinferior oneinferior
    twoinferior threeinferior fourinferior fiveinferior sixinferior seveninferior eightinferior nineinferior
    centinferior dollarinferior periodinferior commainferior Agravesmall Aacutesmall Acircumflexsmall Atildesmall
    Adieresissmall Aringsmall AEsmall Ccedillasmall Egravesmall Eacutesmall Ecircumflexsmall Edieresissmall Igravesmall
    Iacutesmall Icircumflexsmall Idieresissmall Ethsmall Ntildesmall Ogravesmall Oacutesmall Ocircumflexsmall
    Otildesmall Odieresissmall OEsmall Oslashsmall Ugravesmall Uacutesmall Ucircumflexsmall Udieresissmall Yacutesmall
    Thornsmall Ydieresissmall 001.000 001.001 001.002 001.003 Black Bold Book Light Medium Regular Roman Semibold
"""
STANDARD_STRINGS: tuple[str, ...] = tuple(_STRINGS.split())

# What the strings of 1 to 228 print, in their order: they are the character set of Adobe's Latin fonts.
_LATIN = (
    ' !"#$%&’()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_‘abcdefghijklmnopqrstuvwxyz{|}~¡¢£⁄¥'
    "ƒ§¤'“«‹›ﬁﬂ–†‡·¶•‚„”»…‰¿`´ˆ˜¯˘˙¨˚¸˝˛ˇ—ÆªŁØŒºæıłøœß¹¬µ™Ð½±Þ¼÷¦°þ¾²®−ð×³©ÁÂÄÀÅÃÇÉÊËÈÍÎÏÌÑÓÔÖÒÕŠÚÛÜÙÝŸŽá"
    "âäàåãçéêëèíîïìñóôöòõšúûüùýÿž"
)
LATIN: Mapping[str, str] = MappingProxyType(dict(zip(STANDARD_STRINGS[1:229], _LATIN, strict=True)))

# What else is common in fonts for European languages and mathematics.
_MORE = """
    ff ffi ffl Euro dotlessj nbspace sfthyphen hyphentwo afii61352 arrowright arrowleft arrowup arrowdown lessequal
    greaterequal notequal infinity partialdiff summation product integral radical approxequal lozenge Omega Delta pi
    Alpha Beta Gamma Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda nu xi omicron rho sigma sigma1 tau upsilon phi chi
    psi omega Abreve Aogonek Cacute Ccaron Dcaron Dcroat Eogonek Ecaron Gbreve Gcommaaccent Idotaccent Lacute Lcaron
    Nacute Ncaron Ohungarumlaut Rcaron Sacute Scedilla Tcaron Uhungarumlaut Uring Zacute Zdotaccent abreve aogonek
    cacute ccaron dcaron dcroat eogonek ecaron gbreve gcommaaccent lacute lcaron nacute ncaron ohungarumlaut rcaron
    sacute scedilla tcaron uhungarumlaut uring zacute zdotaccent
"""
_MORE_TEXTS = (
    "ﬀﬃﬄ€\u00a0\u00ad‐№→←↑↓≤≥≠∞∂∑∏∫√≈◊Ω∆πΑΒΓΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨαβγδεζηθικλνξορσςτυφχψωĂĄĆČĎĐĘĚĞĢİĹĽŃŇŐŘŚŞŤŰŮŹŻăąćč"
    "ďđęěğģĺľńňőřśşťűůźż"
)
MORE_NAMES: Mapping[str, str] = MappingProxyType(dict(zip(_MORE.split(), _MORE_TEXTS, strict=True)))

# Runs of codes and of standard strings: code:string, or code:string:count.
_EXPERT = """
    32:1 33:229:2 36:231:8 44:13:3 47:99 48:239:10 58:27:2 60:249:4 65:253:5 73:258 76:259:4 82:263:3 86:266 87:109:2
    89:267:3 93:270:34 161:304:3 166:307:5 172:312 175:313 178:314:2 182:316:3 188:158 189:155 190:163 191:319:7 200:326
    201:150 202:164 203:169 204:327:52
"""
_MAC_EXPERT = """
    32:1 33:229:2 35:305 36:231:8 44:13:3 47:99 48:239:10 58:27:2 61:250 63:252 68:363 71:158 72:155 73:163 74:320:6
    86:266 87:109:2 89:267:3 93:270:2 95:315 96:273:31 129:253 130:255 135:348 136:347 137:349 138:351 139:350 140:352
    141:354 142:356 143:355 144:357:2 146:360 147:359 148:361:2 150:364 151:366 152:365 153:367 154:369 155:368 156:373
    157:372 158:374:2 161:331 162:337 163:336 164:339 165:341 166:340 167:307 169:343 170:335 172:309 174:311 175:262
    176:338 178:346 179:345 180:376 182:344 185:377 187:342 188:333 189:308 190:353 191:371 192:319 193:334 194:306
    201:318 207:370 208:314 209:272 214:304 216:378 218:150 219:164 220:169 221:327:4 225:332 226:326 228:257 229:263
    230:265 233:258 234:264 235:256 241:259 242:316 243:310 244:313 245:254 246:261 247:260 248:249 249:251 250:312
    251:317
"""

# Runs of standard strings by glyph: string, or string:count.
_EXPERT_CHARSET = """
    0:2 229:10 13:3 99 239:10 27:2 249:18 109:2 267:52 158 155 163 319:8 150 164 169 327:52
"""
_EXPERT_SUBSET_CHARSET = """
    0:2 231:2 235:4 13:3 99 239:10 27:2 249:3 253:14 109:2 267:4 272 300:3 305 314:2 158 155 163 320:7 150 164 169
    327:20
"""


@cache
def expert_names(*, mac: bool) -> Mapping[int, str]:
    """Glyph name by code in MacExpertEncoding, or else in the Expert encoding of CFF."""
    names: dict[int, str] = {}
    for run in (_MAC_EXPERT if mac else _EXPERT).split():
        code, first, *count = map(int, run.split(":"))
        for step in range(*count or (1,)):
            names[code + step] = STANDARD_STRINGS[first + step]
    return MappingProxyType(names)


@cache
def expert_charset(*, subset: bool) -> tuple[int, ...]:
    """The standard string that names each glyph in the charset Expert of CFF, or ExpertSubset."""
    strings: list[int] = []
    for run in (_EXPERT_SUBSET_CHARSET if subset else _EXPERT_CHARSET).split():
        first, *count = map(int, run.split(":"))
        strings += range(first, first + (count[0] if count else 1))
    return tuple(strings)
