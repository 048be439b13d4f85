#!/bin/sh
# Checks a published bag with sh, sha256sum, openssl 3, base64 and sed; says nothing about whether its content is so.
#
#   sh verify.sh [--fingerprint F] [--tsa-roots PEM] [--cosigner VKEY]... [--checkpoint FILE] [BAGDIR]
#
# The third implementation of docs/SPEC-bag.md, for people who trust no Python. Exit 0: no check failed; 1: one
# failed; 2: wrong usage. Order: form, payload and tag manifests, log key, signer, checkpoint, cosigner, consistency,
# inclusion, commitments, publication, exhibits, completeness, timestamp. What an earlier failure makes meaningless is
# "not checked".
#
# Bytes are handled as octal escapes for printf ("\001\377"), because a shell variable cannot hold a zero byte. What
# is to be hashed is written to scratch files under TMPDIR, /dev/shm or /tmp (public data only; removed if rm is at hand), all nodes of
# one level of a tree before one call of sha256sum. Nothing is searched for in a list: every list is walked once, and
# what must be looked up stands in a variable of its own (S_12 is the state of entry 12).

# (No variable is called LINES: bash keeps the height of the terminal in that.)

set -u
LC_ALL=C
export LC_ALL
umask 077
NL='
'
EM=$(printf '\342\200\224')
BAGIT_SHA256=1712ecfb074bf29c4188ad3421032509159a09739fd604f8fe57038b4ddefcc9
README_SHA256=92267720dfdaeec671f1c253dda7bf8685047b7a265e1420e5be67b4fa94222a
README_1_SHA256=2a243a674d210a4ad9e4079282cc74da39678b143b8c0ef887e3ba99e88ad917
NO_BYTES_SHA256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
REQUIRED='README.txt bag-info.txt bagit.txt custody/checkpoint.note custody/leaves custody/leaves.proof
custody/log-key.pem custody/log-key.vkey manifest-sha256.txt tagmanifest-sha256.txt verify.py verify.sh'
FILES_MAX=50000
LEAVES_MAX=50000
DEPTH_MAX=6
PATH_CHARACTERS_MAX=200
COSIGNATURES_MAX=64
EARLIER_MAX=256
PROOF_HASHES_MAX=63
NAMED_MAX=8
SEEN_MAX=253402300799
ACTS=' admit fetch examine read accept reject edit assess weigh redact transfer publish erase withdraw not_used '
RECORDS=' vault_created case_opened role_granted preliminary_assessment inquiry ask disclose_findings rotate_key attest_time cosign particulars_requested reply_received correction consent_given consent_withdrawn migrate backup scrub '
BASE64='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
PEM_HEAD=MCowBQYDK2VwAyEA
# Of Ed25519 keys in octal: 30 bytes of 00 and of FF, and the two values of y that belong to points of order eight.
ZEROS='\000\000\000\000\000\000\000\000\000\000'
ZEROS=$ZEROS$ZEROS$ZEROS
ONES='\377\377\377\377\377\377\377\377\377\377'
ONES=$ONES$ONES$ONES
EIGHTH='\046\350\225\217\302\262\047\260\105\303\364\211\362\357\230\360\325\337\254\005\323\306\063\071\261\070\002\210\155\123\374\005'
OTHER_EIGHTH='\307\027\152\160\075\115\330\117\272\074\013\166\015\020\147\017\052\040\123\372\054\071\314\306\116\307\375\167\222\254\003\172'

# Forms in extended regular expressions. TEXT is a JSON string in its RFC 8785 form, UTF8 what RFC 3629 allows (no zero
# byte), INTEGER one within 2^53-1.
UTF8=$(printf '([\001-\177]|[\302-\337][\200-\277]|\340[\240-\277][\200-\277]|[\341-\354\356\357][\200-\277]{2}|\355[\200-\237][\200-\277]|\360[\220-\277][\200-\277]{2}|[\361-\363][\200-\277]{3}|\364[\200-\217][\200-\277]{2})*')
INTEGER='(0|-?([1-9][0-9]{0,14}|[1-8][0-9]{15}|900[0-6][0-9]{12}|90070[0-9]{11}|90071[0-8][0-9]{10}|900719[0-8][0-9]{9}|9007199[01][0-9]{8}|90071992[0-4][0-9]{7}|900719925[0-3][0-9]{6}|9007199254[0-6][0-9]{5}|90071992547[0-3][0-9]{4}|9007199254740[0-8][0-9]{2}|90071992547409[0-8][0-9]|900719925474099[01]))'
CONTROLS=$(printf '\001')-$(printf '\037')
TEXT='"([^"\\'$CONTROLS']|\\(["\\bfnrt]|u00(0[0-7bef]|1[0-9a-f])))*"'
HEX64='[0-9a-f]{64}'
HEXES='("[0-9a-f]{64}"(,"[0-9a-f]{64}")*)?'
SALT='"salt":"[0-9a-f]{32}"'
SHORT_NUMBERS='([1-9][0-9]{0,7}(,[1-9][0-9]{0,7})*)?'
INDEXES='((0|[1-9][0-9]*)(,(0|[1-9][0-9]*))*)?'
SEGMENT='[A-Za-z0-9_][A-Za-z0-9._-]*'
LEAP_YEAR='([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)'
DATE='([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|'$LEAP_YEAR'-02-29)'
AT=$DATE'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?Z'
LEAF='[0-9]{8} [{]"class":"(act|record|viewing)","payload_sha256":"[0-9a-f]{64}","v":1[}]'
HEAD='[{]"actor":'$TEXT',"at":"'$AT'","basis":'$TEXT',"case":'$TEXT',"detail_sha256":"'$HEX64'","exhibits":\['$SHORT_NUMBERS'\],"kind":"[a-z_]+",'$SALT',"tool":[{]"name":'$TEXT',"version":'$TEXT'[}],"v":1[}]'
DETAIL='[{]"body":[{].*[}],"inputs":\['$HEXES'\],"outputs":\['$HEXES'\],'$SALT'[}]'
PUBLISHED='[{]"body":[{]"disclosed":\['$INDEXES'\],"exhibits":\['$SHORT_NUMBERS'\],"manifest_sha256":"'$HEX64'","profile":"[a-z]+","recipient":(null|'$TEXT'),"sealed":\['$INDEXES'\],"verifiers":[{]"verify[.]py":"'$HEX64'","verify[.]sh":"'$HEX64'"[}],"withheld":\['$INDEXES'\][}],"inputs":\['$HEXES'\],"outputs":\['$HEXES'\],'$SALT'[}]'
HISTORY='(0|[1-9][0-9]{0,2}) [{]"entries":\[(0|[1-9][0-9]{0,7})(,[1-9][0-9]{0,7})*\],"exhibit":[1-9][0-9]{0,7},"key":"[0-9a-f]{64}","salt":"[0-9a-f]{32}","v":1[}]'

# JSON of one line made smaller until one V is left: strings, then other values, then 64 times the innermost arrays and
# objects. The order of keys and their repetition are not seen so. (The byte 01 stands for an escape while this runs.)
REDUCED="/[$CONTROLS]/{=;q;}
s/\\\\([\"\\\\bfnrt]|u00(0[0-7bef]|1[0-9a-f]))/$(printf '\001')/g
/\\\\/{=;q;}
s/\"[^\"]*\"/\"/g
/[^][{}:,\"0-9a-z-]/{=;q;}
s/$INTEGER|true|false|null/V/g
s/\"([],}]|\$)/V\\1/g"
_n=0
while [ $_n -lt 64 ]; do
    _n=$((_n + 1)) REDUCED="$REDUCED
s/\\[(V(,V)*)?\\]|[{](\":V(,\":V)*)?[}]/V/g
/^V\$/b"
done
REDUCED="$REDUCED
=
q"

# What sed does in bulk. In a valid part an unescaped quotation mark only ever bounds a string, so these marks stand
# once each. OCTAL: hex digits to octal escapes; of a byte's two digits the first is marked, then split (8 4 | 2 1 8 | 4 2 1).
HEAD_FIELDS='s%^[{]"actor":.*,"at":"([^"]*)","basis":.*,"case":"(.*)","detail_sha256":"([0-9a-f]*)","exhibits":\[([0-9,]*)\],"kind":"([a-z_]*)",.*$%\5 [\4] \1 \3 "\2"%'
PARTS='s%^\([0-9a-f]*\)  custody/entries/\([0-9]*\)[.]payload$%\2 \1 -%p
/  custody\/entries\/[0-9]*[.]detail$/{
N
s%^\([0-9a-f]*\)  custody/entries/\([0-9]*\)[.]detail\n\([0-9a-f]*\)  .*$%\2 \3 \1%p
}'
OUTPUTS='s%^.*,"outputs":(\[[0-9a-f",]*\]),"salt":"[0-9a-f]*"[}]$%\1%'
PUBLISHED_FIELDS='s%^[{]"body":[{]"disclosed":\[([0-9,]*)\],"exhibits":\[([0-9,]*)\],"manifest_sha256":"([0-9a-f]*)",.*,"sealed":\[([0-9,]*)\],"verifiers":[{]"verify[.]py":"([0-9a-f]*)","verify[.]sh":"([0-9a-f]*)"[}],"withheld":\[([0-9,]*)\][}],"inputs":.*$%\3 \5 \6\
disclosed \1\
sealed \4\
withheld \7\
exhibits \2%p'
HISTORY_FIELDS='s%^([0-9]*) [{]"entries":\[([0-9,]*)\],"exhibit":([0-9]*),"key":"([0-9a-f]*)",.*$%\1 \3 \4 \2%'
OCTAL='s/\([0-9a-f]\)\([0-9a-f]\)/\\\1_\2/g
s/\\0_/\\0A/g
s/\\1_/\\0B/g
s/\\2_/\\0C/g
s/\\3_/\\0D/g
s/\\4_/\\1A/g
s/\\5_/\\1B/g
s/\\6_/\\1C/g
s/\\7_/\\1D/g
s/\\8_/\\2A/g
s/\\9_/\\2B/g
s/\\a_/\\2C/g
s/\\b_/\\2D/g
s/\\c_/\\3A/g
s/\\d_/\\3B/g
s/\\e_/\\3C/g
s/\\f_/\\3D/g
s/A\([0-7]\)/0\1/g
s/A/1/g
s/B\([0-7]\)/2\1/g
s/B/3/g
s/C\([0-7]\)/4\1/g
s/C/5/g
s/D\([0-7]\)/6\1/g
s/D/7/g
y/89abcdef/01234567/'
NUMBERED='s/  .*[.]1\([0-9]*\)$/ \1/
s/ 0*\([0-9]\)/ \1/'
BITS='y/0123456789abcdef/ghijklmnopqrstuv/
s/g/0000/g
s/h/0001/g
s/i/0010/g
s/j/0011/g
s/k/0100/g
s/l/0101/g
s/m/0110/g
s/n/0111/g
s/o/1000/g
s/p/1001/g
s/q/1010/g
s/r/1011/g
s/s/1100/g
s/t/1101/g
s/u/1110/g
s/v/1111/g'

usage() {
    printf 'usage: sh verify.sh [--fingerprint F] [--tsa-roots PEM] [--cosigner VKEY]... [--checkpoint FILE] [BAGDIR]\n%s\n' "$1" >&2
    exit 2
}

broken() { # what, why
    WHAT=$1
    WHY=$2
    return 1
}

# --- bytes ---------------------------------------------------------------------------------------

is_hex64() {
    case $1 in *[!0-9a-f]*) return 1 ;; esac
    [ ${#1} -eq 64 ]
}

octal_of_hex() { # hex digits -> OCT
    OCT=
    _t=$1
    while [ -n "$_t" ]; do
        _v=$((0x${_t%"${_t#??}"}))
        _t=${_t#??}
        OCT="$OCT\\$((_v >> 6))$((_v >> 3 & 7))$((_v & 7))"
    done
}

number_of_octal() { # octal escapes of few bytes, most significant first -> NUMBER
    NUMBER=0
    _t=$1
    while [ -n "$_t" ]; do
        _t=${_t#\\}
        NUMBER=$((NUMBER << 8 | 0${_t%"${_t#???}"}))
        _t=${_t#???}
    done
}

octal_of_base64() { # base64 in its one form -> OCT; fails for anything else
    OCT=
    _left=$1
    [ -n "$_left" ] && [ $((${#_left} % 4)) -eq 0 ] || return 1
    while [ -n "$_left" ]; do
        _group=${_left%"${_left#????}"}
        _left=${_left#????}
        _pad=0
        if [ -z "$_left" ]; then
            case $_group in
                ??==) _pad=2 _group=${_group%==}AA ;;
                ???=) _pad=1 _group=${_group%=}A ;;
            esac
        fi
        _bits=0
        while [ -n "$_group" ]; do
            _place=${BASE64%%"${_group%"${_group#?}"}"*}
            [ ${#_place} -lt 64 ] || return 1
            _bits=$((_bits << 6 | ${#_place}))
            _group=${_group#?}
        done
        [ "$_pad" -eq 0 ] || [ $((_bits & (1 << 8 * _pad) - 1)) -eq 0 ] || return 1
        for _byte in $((_bits >> 16)) $((_bits >> 8 & 255)) $((_bits & 255)); do
            OCT="$OCT\\$((_byte >> 6))$((_byte >> 3 & 7))$((_byte & 7))"
        done
        case $_pad in 1) OCT=${OCT%????} ;; 2) OCT=${OCT%????????} ;; esac
    done
}

sha_of_text() { # text -> SHA
    SHA=$(printf '%s' "$1" | sha256sum)
    SHA=${SHA%% *}
}

sha_of_octal() { # octal escapes -> SHA
    # The escapes are made here from numbers alone, so they may stand as a format.
    SHA=$(printf "$1" | sha256sum)
    SHA=${SHA%% *}
}

sha_of_file() { # path -> SHA
    SHA=$(sha256sum <"$1") || return 1
    SHA=${SHA%% *}
}

holds() { # path, text: whether the file holds exactly this text
    sha_of_text "$2" && _sha=$SHA && sha_of_file "$1" && [ "$_sha" = "$SHA" ]
}

text_of() { # path, form of a line: whole lines of this form alone, each with its line feed -> HELD_LINES
    HELD_LINES=
    [ -s "$1" ] || return 0
    [ -z "$(sed -n -E "\\%^($2)\$%!{=;q;}" "$1")" ] || return 1
    HELD_LINES=$(sed -n p "$1")
    holds "$1" "$HELD_LINES$NL"
}

# Scratch files are made anew and never followed: set -C refuses a name that somebody else laid there.
to_hash() { # number below 10^8, format, values...: one file of those that `hashed` takes, in the order of the numbers
    _name=$SCRATCH.$ROUND.$((100000000 + $1))
    MADE=$((MADE + 1))
    shift
    # Formats are octal escapes made here, or fixed texts.
    printf "$@" >"$_name"
}

hashed() { # every file of this round, in one call -> lines of hash in hex and number
    (CDPATH='' cd -- "$SCRATCH_FOLDER" && set +f && sha256sum "$SCRATCH_NAME.$ROUND."*) | sed "$NUMBERED"
}

hashed_in_octal() { # the same as lines of number and hash in octal escapes
    (CDPATH='' cd -- "$SCRATCH_FOLDER" && set +f && sha256sum "$SCRATCH_NAME.$ROUND."*) | sed "$NUMBERED
h
s/ .*//
$OCTAL
x
s/.* //
G
s/\\n/ /"
}

next_round() {
    ROUND=$((ROUND + 1))
}

# --- form ----------------------------------------------------------------------------------------

exhibit_form() { # path: data/exhibits/E<n>.<ext>
    _name=${1#data/exhibits/}
    _number=${_name%%.*}
    _number=${_number#E}
    _ext=${_name#*.}
    case $_number in '' | 0* | *[!0-9]*) return 1 ;; esac
    case $_ext in '' | *[!a-z0-9]*) return 1 ;; esac
    [ "$_name" = "E$_number.$_ext" ]
}

known_path() { # path: count it where it belongs, or fail
    case $1 in
        data/exhibits/*) exhibit_form "$1" || return 1 ;;
        data/*) ;;
        README.txt | bag-info.txt | bagit.txt | custody/checkpoint.note | custody/leaves | custody/leaves.proof) ;;
        custody/log-key.pem | custody/log-key.vkey | manifest-sha256.txt | verify.py | verify.sh) ;;
        tagmanifest-sha256.txt) return 0 ;;
        custody/consistency | custody/cosignatures) ;;
        custody/histories) [ -f custody/histories.proof ] || broken custody/histories.proof 'missing, though custody/histories is here' || return 2 ;;
        custody/histories.proof) [ -f custody/histories ] || broken custody/histories 'missing, though custody/histories.proof is here' || return 2 ;;
        custody/entries/[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].payload) ;;
        custody/entries/[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].detail)
            [ -f "${1%.detail}.payload" ] || broken "${1%.detail}.payload" "missing, though $1 is here" || return 2
            ;;
        custody/tokens/[1-9]*.tsr)
            _i=${1#custody/tokens/}
            case ${_i%.tsr} in *[!0-9]*) return 1 ;; esac
            TOKENS=$((TOKENS + 1))
            ;;
        *) return 1 ;;
    esac
    case $1 in
        data/*) PAYLOAD_COUNT=$((PAYLOAD_COUNT + 1)) ;;
        *) TAGS_COUNT=$((TAGS_COUNT + 1)) ;;
    esac
}

walked() { # folder with its trailing slash, its depth: count its files, and print their paths
    [ "$2" -le $DEPTH_MAX ] || broken "$1" 'folders nested too deep' || return 1
    _found=0
    for _f in "$1"* "$1".[!.]* "$1"..?*; do
        [ -e "$_f" ] || [ -L "$_f" ] || continue
        _found=1
        _path=${_f#./}
        case ${_f##*/} in
            [!A-Za-z0-9_]* | *[!A-Za-z0-9._-]*) broken "$_path" 'a name this format does not allow' || return 1 ;;
        esac
        [ ${#_path} -le $PATH_CHARACTERS_MAX ] || broken "$_path" 'a path too long' || return 1
        [ ! -L "$_f" ] || broken "$_path" 'a symbolic link' || return 1
        if [ -d "$_f" ]; then
            walked "$_f/" $(($2 + 1)) || return 1
            _found=1
        elif [ -f "$_f" ]; then
            COUNT=$((COUNT + 1))
            [ $COUNT -le $FILES_MAX ] || broken . 'too many files' || return 1
            known_path "$_path"
            case $? in
                0) printf '%s\n' "$_path" ;;
                1) broken "$_path" 'a file that does not belong into a bag' || return 1 ;;
                *) return 1 ;;
            esac
        else
            broken "$_path" 'neither a file nor a folder' || return 1
        fi
    done
    [ $_found -eq 1 ] || [ "$1" = ./ ] || {
        _path=${1#./}
        broken "${_path%/}" 'an empty folder, which no manifest names'
    }
}

check_form() {
    COUNT=0 TOKENS=0 PAYLOAD_COUNT=0 TAGS_COUNT=0
    if [ -f README.txt ] && [ ! -L README.txt ] && sha_of_file README.txt && [ "$SHA" = $README_1_SHA256 ]; then
        broken README.txt 'a bag of version 1: use the verify.py or verify.sh that it carries' || return 1
    fi
    set +f
    walked ./ 0 >|"$SCRATCH.files"
    _status=$?
    set -f
    [ $_status -eq 0 ] || return 1
    for _path in $REQUIRED; do
        [ -f "$_path" ] || broken "$_path" missing || return 1
    done
    [ $PAYLOAD_COUNT -gt 0 ] || broken data 'no payload' || return 1
    _n=1
    while [ $_n -le $TOKENS ]; do
        [ -f custody/tokens/$_n.tsr ] || broken custody/tokens/$_n.tsr 'missing: tokens are numbered from 1 without a gap' || return 1
        _n=$((_n + 1))
    done
    for _pair in "bagit.txt $BAGIT_SHA256" "README.txt $README_SHA256"; do
        sha_of_file "${_pair% *}" && [ "$SHA" = "${_pair#* }" ] || broken "${_pair% *}" 'not the text every bag of this format carries' || return 1
    done
    WHAT=. WHY="$COUNT files, all of them plain and named as the format says"
}

# --- manifests -----------------------------------------------------------------------------------

is_payload() { # path
    case $1 in data/*) ;; *) return 1 ;; esac
}

is_tag_file() { # path
    case $1 in data/* | tagmanifest-sha256.txt) return 1 ;; esac
}

check_manifest() { # manifest, how many files it must list, which
    text_of "$1" "$HEX64  ($SEGMENT/)*$SEGMENT" || broken "$1" 'not in the canonical form' || return 1
    _count=0 _last=''
    IFS=$NL
    for _line in $HELD_LINES; do
        _path=${_line#*"  "}
        [ "$_path" \> "$_last" ] || broken "$1" "a repetition or out of order: $_path" || return 1
        [ -f "$_path" ] && "$3" "$_path" || broken "$_path" "listed in $1, but not here" || return 1
        _last=$_path _count=$((_count + 1))
    done
    IFS=$BLANKS
    # Every listed path is a file that was walked, none is listed twice: so equal numbers are equal lists.
    if [ $_count -ne "$2" ]; then
        while IFS= read -r _path; do
            "$3" "$_path" || continue
            case $HELD_LINES$NL in *"  $_path$NL"*) ;; *) broken "$_path" "not listed in $1" || return 1 ;; esac
        done <"$SCRATCH.files"
        broken "$1" 'does not list every file'
        return 1
    fi
    _told=$(sha256sum -c "$1" 2>/dev/null) || {
        _told=$(printf '%s\n' "$_told" | sed -n '/: OK$/!{p;q;}')
        broken "${_told%%:*}" "its bytes are not those in $1"
        return 1
    }
    WHAT=$1 WHY="$_count files"
}

check_payload() {
    check_manifest manifest-sha256.txt $PAYLOAD_COUNT is_payload
}

check_tag_files() {
    check_manifest tagmanifest-sha256.txt $TAGS_COUNT is_tag_file
}

# --- key, checkpoint, cosigners, earlier checkpoint -------------------------------------------------

is_key_name() {
    case $1 in '' | *[!!-*,-~]*) return 1 ;; esac
    [ ${#1} -le 200 ]
}

is_strong() { # key in octal: not of small order (a signature would say nothing), and its y written modulo p
    _end=${1#"${1%???}"}
    case $_end in 2*) _end=0${_end#2} ;; 3*) _end=1${_end#3} ;; esac
    case ${1%???}$_end in
        '\000'"$ZEROS"'\000' | '\001'"$ZEROS"'\000' | "$EIGHTH" | "$OTHER_EIGHTH") return 1 ;;
        '\35'[4-7]"$ONES"'\177' | '\3'[67]?"$ONES"'\177') return 1 ;;
    esac
}

key_of() { # vkey line, signature type in octal -> K_NAME, K_HASH (8 hex digits), K_KEY (octal)
    K_NAME=${1%%+*} _rest=${1#*+}
    K_HASH=${_rest%%+*} _rest=${_rest#*+}
    [ "$K_NAME+$K_HASH+$_rest" = "$1" ] && is_key_name "$K_NAME" && [ ${#_rest} -eq 44 ] && octal_of_base64 "$_rest" || return 1
    [ ${#OCT} -eq 132 ] || return 1
    K_KEY=${OCT#????}
    [ "\\$2$K_KEY" = "$OCT" ] && is_strong "$K_KEY" || return 1
    SHA=$({ printf '%s\n' "$K_NAME" && printf "$OCT"; } | sha256sum)
    [ "${SHA%"${SHA#????????}"}" = "$K_HASH" ]
}

pem_of() { # key in octal -> PEM
    PEM="-----BEGIN PUBLIC KEY-----$NL$PEM_HEAD$(printf "$1" | base64)$NL-----END PUBLIC KEY-----$NL"
}

check_log_key() {
    _path=custody/log-key.vkey _line=''
    IFS= read -r _line <$_path
    holds $_path "$_line$NL" && key_of "$_line" 001 || broken $_path 'not the line of an Ed25519 key' || return 1
    NAME=$K_NAME HASH=$K_HASH KEY=$K_KEY
    pem_of "$KEY"
    holds custody/log-key.pem "$PEM" || broken custody/log-key.pem 'not the key of log-key.vkey in its one form' || return 1
    sha_of_octal "$KEY"
    FINGERPRINT=$SHA
    WHAT=$_path WHY='log-key.vkey and log-key.pem hold the same key'
}

check_signer() {
    WHAT=custody/log-key.vkey WHY='signer not checked'
    [ -n "$GIVEN_FINGERPRINT" ] || return 2
    [ "$FINGERPRINT" = "$GIVEN_FINGERPRINT" ] || broken $WHAT "the key's fingerprint is $FINGERPRINT" || return 1
    WHY='the key has the fingerprint given'
}

signature_holds() { # key, signature (both octal), text
    pem_of "$1"
    printf '%s' "$PEM" >|"$SCRATCH.key" && printf '%s' "$3" >|"$SCRATCH.text" && printf "$2" >|"$SCRATCH.sig" || return 1
    openssl pkeyutl -verify -pubin -inkey "$SCRATCH.key" -rawin -in "$SCRATCH.text" -sigfile "$SCRATCH.sig" >/dev/null 2>&1
}

signature_line() { # line -> S_ROW: name, key hash, what follows it (both octal)
    _rest=${1#"$EM "}
    _name=${_rest%% *} _encoded=${_rest#* }
    [ "$EM $_name $_encoded" = "$1" ] && is_key_name "$_name" && octal_of_base64 "$_encoded" && [ ${#OCT} -ge 20 ] || return 1
    _rest=${OCT#????????????????}
    S_ROW="$_name ${OCT%"$_rest"} $_rest"
}

root_of_base64() { # base64 -> OCT of 32 bytes
    octal_of_base64 "$1" && [ ${#OCT} -eq 128 ]
}

note_of() { # path, how to call it: a signed checkpoint of the log's key -> N_SIZE, N_ROOT, N_HISTORIES, N_TEXT, N_SIGNED
    _n=0 _line='' _note='' _origin='' _signatures='' N_SIZE='' N_ROOT='' N_HISTORIES='' N_TEXT='' N_SIGNED=0
    while IFS= read -r _line; do
        _n=$((_n + 1)) _note="$_note$_line$NL"
        if [ -n "$N_TEXT" ]; then
            signature_line "$_line" || broken "$2" 'a line that is no signature' || return 1
            _signatures="$_signatures$S_ROW$NL" N_SIGNED=$((N_SIGNED + 1))
            continue
        fi
        case $_n in
            1) _origin=$_line ;;
            2) N_SIZE=$_line ;;
            3) root_of_base64 "$_line" && N_ROOT=$OCT || broken "$2" 'no root in the third line' || return 1 ;;
            *)
                if [ -z "$_line" ]; then
                    N_TEXT=${_note%"$NL"}
                else
                    [ $_n -eq 4 ] && root_of_base64 "${_line#histories }" && [ "histories ${_line#histories }" = "$_line" ] && N_HISTORIES=$OCT \
                        || broken "$2" 'a line that is no root of histories' || return 1
                fi
                ;;
        esac
    done <"$1"
    [ -z "$_line" ] && [ $N_SIGNED -ge 1 ] && holds "$1" "$_note" || broken "$2" 'not a signed note in its one form' || return 1
    case $N_SIZE in '' | 0?* | *[!0-9]*) broken "$2" 'no size' || return 1 ;; esac
    [ ${#N_SIZE} -le 16 ] && [ "$_origin" = "$NAME" ] || broken "$2" 'not the log that its key names, or no size' || return 1
    octal_of_hex "$HASH"
    _own="$NAME $OCT"
    case $_signatures in "$_own "*) ;; *) broken "$2" 'not signed first by the key in log-key.vkey' || return 1 ;; esac
    case $NL${_signatures#*"$NL"} in *"$NL$_own "*) broken "$2" 'signed twice by the key in log-key.vkey' || return 1 ;; esac
    _first=${_signatures%%"$NL"*}
    signature_holds "$KEY" "${_first#"$_own "}" "$N_TEXT" || broken "$2" 'the signature does not hold' || return 1
}

check_checkpoint() {
    WHAT=custody/checkpoint.note
    note_of $WHAT $WHAT || return 1
    [ $N_SIGNED -eq 1 ] || broken $WHAT "more signatures than the log's own; others stand in custody/cosignatures" || return 1
    [ -n "$N_HISTORIES" ] || broken $WHAT 'no fourth line with the root of histories' || return 1
    SIZE=$N_SIZE ROOT=$N_ROOT HISTORIES=$N_HISTORIES SIGNED=$N_TEXT
    WHY="signed by the key in log-key.vkey; $SIZE entries"
}

date_of() { # POSIX seconds -> DATE (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days)
    _z=$(($1 / 86400 + 719468)) _s=$(($1 % 86400))
    _era=$((_z / 146097))
    _doe=$((_z - _era * 146097))
    _yoe=$(((_doe - _doe / 1460 + _doe / 36524 - _doe / 146096) / 365))
    _doy=$((_doe - (365 * _yoe + _yoe / 4 - _yoe / 100)))
    _mp=$(((5 * _doy + 2) / 153))
    _d=$((_doy - (153 * _mp + 2) / 5 + 1)) _m=$((_mp < 10 ? _mp + 3 : _mp - 9))
    _y=$((_yoe + _era * 400 + (_m <= 2 ? 1 : 0)))
    DATE=$(printf '%04d-%02d-%02dT%02d:%02d:%02dZ' $_y $_m $_d $((_s / 3600)) $((_s / 60 % 60)) $((_s % 60)))
}

read_cosignatures() { # -> COSIGNED: lines of name, key hash, time, signature (hash and signature octal); COSIGNED_COUNT
    _path=custody/cosignatures COSIGNED='' COSIGNED_COUNT=0 _text='' _line=''
    [ -f $_path ] || return 0
    while IFS= read -r _line; do
        _text="$_text$_line$NL" COSIGNED_COUNT=$((COSIGNED_COUNT + 1))
        [ $COSIGNED_COUNT -le $COSIGNATURES_MAX ] && signature_line "$_line" || return 1
        _whose=${S_ROW% *} _signature=${S_ROW##* }
        [ ${#_signature} -eq 288 ] || return 1
        case $NL$COSIGNED in *"$NL$_whose "*) return 1 ;; esac
        # Eight bytes of time; the first two are nought in any year that has four digits.
        case $_signature in '\000\000'*) ;; *) return 1 ;; esac
        _rest=${_signature#????????????????????????????????}
        number_of_octal "${_signature%"$_rest"}"
        [ $NUMBER -le $SEEN_MAX ] || return 1
        COSIGNED="$COSIGNED$_whose $NUMBER $_rest$NL"
    done <$_path
    [ -z "$_line" ] && [ $COSIGNED_COUNT -ge 1 ] && holds $_path "$_text"
}

check_cosigner() {
    WHAT=custody/cosignatures
    read_cosignatures || broken $WHAT 'not one cosignature line a key, each ending in a line feed' || return 1
    WHY='no cosigner key given'
    [ $COSIGNED_COUNT -eq 0 ] || WHY="$COSIGNED_COUNT cosignatures; no cosigner key given"
    [ -n "$GIVEN_COSIGNERS" ] || return 2
    WHY=
    for _vkey in $GIVEN_COSIGNERS; do
        key_of "$_vkey" 004
        octal_of_hex "$K_HASH"
        _wanted="$K_NAME $OCT" _seen=''
        while IFS= read -r _row; do
            case $_row in "$_wanted "*) ;; *) continue ;; esac
            _rest=${_row#"$_wanted "}
            signature_holds "$K_KEY" "${_rest#* }" "cosignature/v1${NL}time ${_rest% *}$NL$SIGNED" && _seen=${_rest% *}
        done <<LIST
$COSIGNED
LIST
        [ -n "$_seen" ] || broken $WHAT "no cosignature of $K_NAME that holds" || return 1
        date_of "$_seen"
        WHY="$WHY${WHY:+; }cosigned by $K_NAME (seen by $DATE)"
    done
}

read_consistency() { # the form of custody/consistency -> EARLIER_COUNT
    EARLIER_COUNT=0 _last=0 _hashes=0
    [ -f custody/consistency ] || return 0
    text_of custody/consistency "old [1-9][0-9]{0,15}|$HEX64" || return 1
    IFS=$NL
    for _line in $HELD_LINES; do
        case $_line in
            old*)
                [ "${_line#old }" -gt $_last ] && [ "${_line#old }" -lt "$SIZE" ] || return 1
                _last=${_line#old } _hashes=0 EARLIER_COUNT=$((EARLIER_COUNT + 1))
                ;;
            *)
                _hashes=$((_hashes + 1))
                [ $_last -gt 0 ] && [ $_hashes -le $PROOF_HASHES_MAX ] || return 1
                ;;
        esac
    done
    IFS=$BLANKS
    [ $EARLIER_COUNT -ge 1 ] && [ $EARLIER_COUNT -le $EARLIER_MAX ]
}

pair_of() { # left, right (octal) -> OCT
    sha_of_octal "\\001$1$2"
    octal_of_hex "$SHA"
}

extends() { # old size, old root, hashes in octal...: RFC 9162 section 2.1.4.2
    _node=$(($1 - 1)) _top=$((SIZE - 1)) _old_root=$2
    while [ $((_node & 1)) -eq 1 ]; do _node=$((_node >> 1)) _top=$((_top >> 1)); done
    if [ $_node -eq 0 ]; then
        shift 1
    else
        shift 2
    fi
    [ $# -gt 0 ] || return 1
    _then=$1 _now=$1
    shift
    for _sibling in "$@"; do
        [ $_top -gt 0 ] || return 1
        if [ $((_node & 1)) -eq 1 ] || [ $_node -eq $_top ]; then
            pair_of "$_sibling" "$_then" && _then=$OCT
            pair_of "$_sibling" "$_now" && _now=$OCT
            while [ $((_node & 1)) -eq 0 ] && [ $_node -gt 0 ]; do _node=$((_node >> 1)) _top=$((_top >> 1)); done
        else
            pair_of "$_now" "$_sibling" && _now=$OCT
        fi
        _node=$((_node >> 1)) _top=$((_top >> 1))
    done
    [ $_top -eq 0 ] && [ "$_then" = "$_old_root" ] && [ "$_now" = "$ROOT" ]
}

check_consistency() {
    WHAT=custody/consistency
    read_consistency || broken $WHAT 'not old sizes that rise below this one, each with its hashes' || return 1
    WHY='no earlier checkpoint given'
    [ $EARLIER_COUNT -eq 0 ] || WHY="proofs from $EARLIER_COUNT earlier checkpoints; none given"
    [ -n "$GIVEN_CHECKPOINT" ] || return 2
    note_of "$GIVEN_CHECKPOINT" 'the checkpoint given' || return 1
    WHY="the checkpoint given is of $N_SIZE entries, newer than this bag"
    [ "$N_SIZE" -le "$SIZE" ] || return 2
    if [ "$N_SIZE" -eq "$SIZE" ]; then
        WHAT=custody/checkpoint.note WHY='the very checkpoint that was given'
        [ "$N_TEXT" = "$SIGNED" ] || broken $WHAT 'not the checkpoint given, though of as many entries'
        return
    fi
    [ -f $WHAT ] && [ -n "$(sed -n "/^old $N_SIZE\$/=" $WHAT)" ] || broken $WHAT "no proof from the checkpoint of $N_SIZE entries" || return 1
    extends "$N_SIZE" "$N_ROOT" $(sed -n "/^old $N_SIZE\$/,/^old /{/^old /d;p;}" $WHAT | sed "$OCTAL") \
        || broken $WHAT "the log does not begin with the $N_SIZE entries of the checkpoint given" || return 1
    WHY="the log begins with the $N_SIZE entries of the checkpoint given"
}

# --- entries -------------------------------------------------------------------------------------

short_of() { # 8 digits -> SHORT, without leading zeros
    SHORT=${1#"${1%%[!0]*}"}
    SHORT=${SHORT:-0}
}

open_proof() { # file of hashes: to be read one by one from descriptor 5, as octal escapes
    text_of "$1" "$HEX64" || return 1
    sed "$OCTAL" "$1" >|"$SCRATCH.proof" && exec 5<"$SCRATCH.proof"
}

next_hash() { # -> SIBLING
    IFS= read -r SIBLING <&5
}

no_hash_left() {
    ! IFS= read -r SIBLING <&5
}

climb() { # LEVEL (lines of index and hash, WIDTH nodes wide) -> the level above it
    _open='' _carry='' _made=0
    next_round
    IFS=$NL
    for _node in $LEVEL; do
        _i=${_node%% *} _h=${_node#* }
        if [ -n "$_open" ]; then
            if [ "$_i" -eq $((_open + 1)) ]; then SIBLING=$_h; else next_hash || return 1; fi
            to_hash $((_open >> 1)) "\\001$_open_hash$SIBLING"
            _made=1
            [ "$_i" -ne $((_open + 1)) ] || _i=
            _open=
            [ -n "$_i" ] || continue
        fi
        if [ $((_i & 1)) -eq 1 ]; then
            next_hash || return 1
            to_hash $((_i >> 1)) "\\001$SIBLING$_h"
            _made=1
        elif [ $((_i + 1)) -ge "$WIDTH" ]; then
            # The last node of a level with an odd number of nodes goes up as it is.
            _carry="$((_i >> 1)) $_h"
        else
            _open=$_i _open_hash=$_h
        fi
    done
    if [ -n "$_open" ]; then
        next_hash || return 1
        to_hash $((_open >> 1)) "\\001$_open_hash$SIBLING"
        _made=1
    fi
    IFS=$BLANKS
    LEVEL=
    [ $_made -eq 0 ] || LEVEL=$(hashed_in_octal)
    [ -z "$_carry" ] || LEVEL="$LEVEL${LEVEL:+$NL}$_carry"
    WIDTH=$(((WIDTH + 1) >> 1))
}

check_inclusion() {
    WHAT=custody/leaves
    text_of $WHAT "$LEAF" || broken $WHAT 'not indices of eight digits, each with its leaf in canonical JSON' || return 1
    LEAVES=$HELD_LINES LEAVES_COUNT=0 _last=-1
    next_round
    IFS=$NL
    for _line in $LEAVES; do
        short_of "${_line%% *}"
        [ "$SHORT" -gt $_last ] && [ "$SHORT" -lt "$SIZE" ] || broken $WHAT "an index out of order or beyond the log: $SHORT" || return 1
        to_hash "$SHORT" '\000%s' "${_line#* }"
        _last=$SHORT LEAVES_COUNT=$((LEAVES_COUNT + 1))
        [ $LEAVES_COUNT -le $LEAVES_MAX ] || broken $WHAT 'too many entries' || return 1
    done
    IFS=$BLANKS
    [ $LEAVES_COUNT -gt 0 ] || broken $WHAT 'no entry' || return 1
    open_proof custody/leaves.proof || broken custody/leaves.proof 'a line that is not 64 lower-case hex digits' || return 1
    LEVEL=$(hashed_in_octal) WIDTH=$SIZE
    LEAF_HASHES=$LEVEL
    while [ "$WIDTH" -gt 1 ]; do
        climb || broken custody/leaves.proof 'a hash is missing' || return 1
    done
    [ "$LEVEL" = "0 $ROOT" ] && no_hash_left || broken $WHAT 'not the entries under the checkpoint, or another proof' || return 1
    WHY="$LEAVES_COUNT of $SIZE entries disclosed, all under the checkpoint"
}

class_of() { # kind -> CLASS
    CLASS=
    case $ACTS in *" $1 "*) CLASS=act ;; esac
    case $RECORDS in *" $1 "*) CLASS=record ;; esac
    [ "$1" != view ] || CLASS=viewing
}

parts_of() { # ending, form of the one line in each such file, further sed: prints something where a line has another form
    (CDPATH='' cd -- custody/entries && set +f && sed -n -E "\\%^$2\$%!{=;q;}
\\%^$UTF8\$%!{=;q;}
$3" *."$1")
}

fields_of() { # ending, what sed does with the one line in each such file: one line a file, in the order of the indices
    # A part has no line feed after it; sed puts one between two files, but none after the last.
    (CDPATH='' cd -- custody/entries && set +f && sed -E "$2" *."$1" && printf '\n')
}

read_parts() { # -> scratch files parts (index, hash of payload, hash of detail or -), heads, texts and outputs
    : >|"$SCRATCH.heads" && : >|"$SCRATCH.texts" && : >|"$SCRATCH.outputs"
    sed -n "$PARTS" tagmanifest-sha256.txt >|"$SCRATCH.parts"
    [ -s "$SCRATCH.parts" ] || return 0
    [ -z "$(parts_of payload "$HEAD" '')" ] || broken custody/entries 'a payload that is not in canonical JSON' || return 1
    fields_of payload "$HEAD_FIELDS" >|"$SCRATCH.heads"
    fields_of payload '' >|"$SCRATCH.texts"
    [ -n "$(sed -n '/ -$/!{=;q;}' "$SCRATCH.parts")" ] || return 0
    [ -z "$(parts_of detail "$DETAIL" "$REDUCED")" ] || broken custody/entries 'a detail that is not in canonical JSON' || return 1
    fields_of detail "$OUTPUTS" >|"$SCRATCH.outputs"
}

next_part() {
    read -r P_INDEX P_SHA P_DETAIL <&5 || P_INDEX=
}

payload_read() { # index in 8 digits and short, class and hash in the leaf: one line each of parts, heads and texts
    [ "$P_SHA" = "$4" ] && IFS= read -r _text <&4 && read -r _kind _numbers _at _detail _case <&3 || return 1
    class_of "$_kind"
    [ "$CLASS" = "$3" ] || return 1
    to_hash "$2" '%s' "$_text"
    _whole=whole
    [ "$P_DETAIL" != - ] || _whole=withheld
    printf '%s %s %s %s %s %s %s\n' "$1" "$2" $_whole "$_kind" "$_numbers" "$_at" "$_case" >&7
}

check_commitments() {
    WHAT=custody/entries _parts=0
    read_parts || return 1
    exec 3<"$SCRATCH.heads" 4<"$SCRATCH.texts" 5<"$SCRATCH.parts" 6<"$SCRATCH.outputs" 7>|"$SCRATCH.entries"
    next_round
    next_part
    IFS=$NL
    for _line in $LEAVES; do
        IFS=$BLANKS
        _index=${_line%% *}
        short_of "$_index"
        _class=${_line#*'{"class":"'}
        _sha=${_class#*'","payload_sha256":"'}
        _class=${_class%%'"'*} _sha=${_sha%%'"'*}
        # S_<index>: admit, or open, or the class of an entry that is here by its leaf alone.
        if [ "$_index" != "$P_INDEX" ]; then
            eval "S_$SHORT=$_class D_$SHORT="
            continue
        fi
        payload_read "$_index" "$SHORT" "$_class" "$_sha" \
            || broken custody/entries/$_index.payload 'not the payload its leaf commits to, in canonical JSON' || return 1
        _parts=$((_parts + 1)) _outputs=''
        if [ "$P_DETAIL" != - ]; then
            [ "$P_DETAIL" = "$_detail" ] && [ "$P_DETAIL" != $NO_BYTES_SHA256 ] && IFS= read -r _outputs <&6 \
                || broken custody/entries/$_index.detail 'not the detail its payload commits to, in canonical JSON' || return 1
            _parts=$((_parts + 1))
        fi
        # D_<index>: whether its detail is withheld. X_<index>: the outputs of an admission.
        eval "D_$SHORT=\${_whole#whole}"
        if [ "$_kind" = admit ]; then eval "S_$SHORT=admit X_$SHORT=\$_outputs"; else eval "S_$SHORT=open"; fi
        next_part
    done
    IFS=$BLANKS
    exec 7>&-
    [ -z "$P_INDEX" ] || broken custody/entries/$P_INDEX.payload 'there is no leaf of this entry' || return 1
    ! read -r _line <&3 && ! read -r _line <&6 || broken $WHAT 'a payload or detail of more than one line' || return 1
    check_texts || return 1
    WHY="$_parts payloads and details are those committed to"
}

check_texts() { # whether each payload is, byte by byte, the line that was read
    [ -s "$SCRATCH.parts" ] || return 0
    hashed >|"$SCRATCH.hashed"
    exec 5<"$SCRATCH.parts" 8<"$SCRATCH.hashed"
    while read -r _index _listed _rest <&5; do
        read -r _sha _number <&8
        [ "$_sha" = "$_listed" ] || broken custody/entries/$_index.payload 'more bytes than one line' || return 1
    done
}

# --- publication, exhibits, completeness -------------------------------------------------------------

published() { # index in 8 digits: whether its detail names this payload manifest -> scratch file fields
    _file=custody/entries/$1.detail
    [ -f "$_file" ] && [ -n "$(sed -n -E "\\%^$PUBLISHED\$%=" "$_file")" ] || return 1
    sed -n -E "$PUBLISHED_FIELDS" "$_file" >|"$SCRATCH.fields"
    read -r _manifest P_PY P_SH <"$SCRATCH.fields"
    [ "$_manifest" = "$MANIFEST_SHA" ]
}

next_entry() {
    read -r E_INDEX _short E_WHOLE _rest <&3 || E_INDEX=
}

lists_here() { # which entries are here beside the publish entry, as its detail would list them
    _all='' _closed='' _partly=''
    exec 3<"$SCRATCH.entries"
    next_entry
    printf 'disclosed '
    while read -r _index _rest; do
        short_of "$_index"
        _state=sealed
        if [ "$_index" = "$E_INDEX" ]; then
            _state=$E_WHOLE
            next_entry
        fi
        [ "$_index" != "$_bound" ] || continue
        printf '%s%s' "$_all" "$SHORT"
        _all=,
        case $_state in
            sealed) printf '%s%s' "$_closed" "$SHORT" >&7 && _closed=, ;;
            withheld) printf '%s%s' "$_partly" "$SHORT" >&8 && _partly=, ;;
        esac
    done <custody/leaves
    printf '\n'
}

rises() { # numbers with commas between
    _last=0
    IFS=,
    for _number in $1; do
        [ "$_number" -gt $_last ] || return 1
        _last=$_number
    done
    IFS=$BLANKS
}

check_lists() { # the five lines of the scratch file fields
    printf 'sealed ' >|"$SCRATCH.sealed"
    printf 'withheld ' >|"$SCRATCH.withheld"
    lists_here >|"$SCRATCH.disclosed" 7>>"$SCRATCH.sealed" 8>>"$SCRATCH.withheld"
    IFS=$BLANKS
    exec 3<"$SCRATCH.fields" 4<"$SCRATCH.disclosed" 6<"$SCRATCH.sealed" 8<"$SCRATCH.withheld"
    read -r _line <&3
    for _list in 4 6 8; do
        IFS= read -r _line <&3
        case $_list in 4) IFS= read -r _here <&4 ;; 6) IFS= read -r _here <&6 ;; *) IFS= read -r _here <&8 ;; esac
        [ "$_here" = "$_line" ] || broken "custody/entries/$_bound.detail" "the entries here are not those the publish entry lists as ${_line%% *}" || return 1
    done
    IFS= read -r _line <&3
    COMPLETE=${_line#exhibits }
    rises "$COMPLETE" || broken "custody/entries/$_bound.detail" 'exhibits that do not rise' || return 1
}

about_exhibits() { # N_<exhibit>: the open entries of the case that name it; A_<exhibit>: what its admissions put out
    while read -r _index _short _whole _kind _numbers _at _case; do
        [ "$_case" = "$CASE" ] || continue
        _numbers=${_numbers#'['}
        IFS=,
        for _number in ${_numbers%']'}; do
            eval "_about=\${N_$_number-} _outputs=\${X_$_short-}"
            case $_about in *" $_short") ;; *) eval "N_$_number=\"\$_about $_short\"" ;; esac
            [ "$_kind" != admit ] || [ -z "$_outputs" ] || eval "A_$_number=\"\${A_$_number-}\$_outputs\""
        done
        IFS=$BLANKS
    done <"$SCRATCH.entries"
}

check_publication() {
    sha_of_file manifest-sha256.txt
    MANIFEST_SHA=$SHA _found=0
    while read -r _index _short _whole _kind _numbers _at _case; do
        [ "$_kind" = publish ] && published "$_index" || continue
        _found=$((_found + 1)) _bound=$_index _bound_short=$_short _when=$_at CASE=$_case
    done <"$SCRATCH.entries"
    [ $_found -eq 1 ] || broken custody/entries "$_found publish entries name this payload manifest, and it must be one" || return 1
    published "$_bound"
    check_lists || return 1
    sha_of_file verify.py && [ "$SHA" = "$P_PY" ] && sha_of_file verify.sh && [ "$SHA" = "$P_SH" ] \
        || broken verify.sh 'the checkers are not those the publish entry names' || return 1
    holds bag-info.txt "Bag-Software-Agent: counterclaim${NL}Bagging-Date: ${_when%%T*}${NL}External-Identifier: $MANIFEST_SHA$NL" \
        || broken bag-info.txt 'not what the publish entry says' || return 1
    about_exhibits
    WHAT=custody/entries/$_bound.detail WHY="entry $_bound_short published this payload, these entries and these checkers"
}

exhibit_files() { # number, hash, path of each file under data/exhibits
    sed -n 's%^\([0-9a-f]*\)  \(data/exhibits/E\([0-9]*\)[.].*\)$%\3 \1 \2%p' manifest-sha256.txt
}

check_exhibits() {
    _open='' _checked=0
    exhibit_files >|"$SCRATCH.exhibits"
    while read -r _number _sha _path; do
        eval "_outputs=\${A_$_number-}"
        case $_outputs in
            '') _open=${_open:-$_path} ;;
            *"\"$_sha\""*) _checked=$((_checked + 1)) ;;
            *) broken "$_path" 'not the bytes that were admitted' || return 1 ;;
        esac
    done <"$SCRATCH.exhibits"
    WHAT=$_open WHY='no admit entry disclosed'
    [ -z "$_open" ] || return 2
    WHAT=data/exhibits WHY='no exhibit files in this bag'
    [ $_checked -gt 0 ] || return 2
    WHY="$_checked files are those that were admitted"
}

check_named() { # whether the histories are those of the exhibits named as complete, which are at least those whose files are here
    IFS=,
    for _number in $COMPLETE; do eval "C_$_number=1"; done
    IFS=$BLANKS
    exhibit_files >|"$SCRATCH.exhibits"
    while read -r _number _sha _path; do
        eval "_named=\${C_$_number-}"
        [ -n "$_named" ] || broken "$_path" 'not of an exhibit that the publish entry names as complete' || return 1
    done <"$SCRATCH.exhibits"
}

read_histories() { # -> scratch files histories (depth, exhibit, key, entries) and ways (the bits of each key); HISTORIES_COUNT
    text_of custody/histories "$HISTORY" || return 1
    HISTORIES_COUNT=0 _last=''
    sed -E "$HISTORY_FIELDS" custody/histories >|"$SCRATCH.histories"
    sed -E 's/.*"key":"([0-9a-f]*)".*/\1/' custody/histories | sed "$BITS" >|"$SCRATCH.ways"
    while read -r _depth _exhibit _key _entries; do
        [ "$_depth" -le 256 ] && [ "$_key" \> "$_last" ] || return 1
        # C_<exhibit> is 1 for an exhibit named as complete and 2 once its history has been met.
        eval "_named=\${C_$_exhibit-} C_$_exhibit=2"
        [ "$_named" = 1 ] || return 1
        _last=$_key HISTORIES_COUNT=$((HISTORIES_COUNT + 1))
    done <"$SCRATCH.histories"
    IFS=,
    for _number in $COMPLETE; do
        eval "[ \$C_$_number = 2 ]" || return 1
    done
    IFS=$BLANKS
}

hash_histories() { # the digest of each history in M_<way>, and all WAYS in order; DEEPEST
    next_round
    _n=0 DEEPEST=0
    IFS=$NL
    for _line in $HELD_LINES; do
        to_hash $_n '\000%s' "${_line#* }"
        _n=$((_n + 1))
    done
    hashed_in_octal >|"$SCRATCH.hashed"
    IFS=$BLANKS
    exec 3<"$SCRATCH.histories" 4<"$SCRATCH.ways" 8<"$SCRATCH.hashed" 7>|"$SCRATCH.level"
    _marks='' _length=0
    while [ $_length -le 256 ]; do
        eval "Q_$_length=\$_marks"
        _marks="$_marks?" _length=$((_length + 1))
    done
    while read -r _depth _rest <&3 && read -r _bits <&4 && read -r _n _hash <&8; do
        eval "_rest=\${_bits#\$Q_$_depth}"
        _way=${_bits%"$_rest"}
        eval "_held=\${M_$_way-} M_$_way=\$_hash"
        [ -z "$_held" ] || return 1
        [ "$_depth" -le $DEEPEST ] || DEEPEST=$_depth
        printf 'w%s\n' "$_way" >&7
    done
    exec 7>&-
    WAYS=$(sed -n p "$SCRATCH.level")
}

put_up() { # way of a node above, its two hashes: to be hashed in this round; two nodes on one way are no map
    [ "w$1" != "$_above" ] || return 1
    _above=w$1
    to_hash $_made "\\001$2$3"
    _made=$((_made + 1))
    printf 'w%s\n' "$1" >&7
    printf '%s\n' "$1" >&8
}

climb_map() { # WAYS, the deepest of them DEEPEST steps long -> the same a step higher
    _open='' _above='' _made=0
    next_round
    exec 7>|"$SCRATCH.level" 8>|"$SCRATCH.parents"
    IFS=$NL
    for _way in $WAYS; do
        _way=${_way#w}
        if [ -n "$_open" ]; then
            if [ "$_open" = "${_way%1}0" ] && [ "$_way" != "${_way%1}" ]; then
                eval "put_up \"\${_way%1}\" \"\$M_$_open\" \"\$M_$_way\"" || return 1
                _open=
                continue
            fi
            next_hash && eval "put_up \"\${_open%0}\" \"\$M_$_open\" \"\$SIBLING\"" || return 1
            _open=
        fi
        if [ ${#_way} -lt $DEEPEST ]; then
            [ "w$_way" != "$_above" ] || return 1
            _above=w$_way
            printf 'w%s\n' "$_way" >&7
        elif [ "$_way" = "${_way%0}" ]; then
            next_hash && eval "put_up \"\${_way%1}\" \"\$SIBLING\" \"\$M_$_way\"" || return 1
        else
            _open=$_way
        fi
    done
    if [ -n "$_open" ]; then
        next_hash && eval "put_up \"\${_open%0}\" \"\$M_$_open\" \"\$SIBLING\"" || return 1
    fi
    IFS=$BLANKS
    exec 7>&- 8>&-
    hashed_in_octal >|"$SCRATCH.hashed"
    exec 8<"$SCRATCH.hashed"
    while IFS= read -r _way; do
        read -r _n _hash <&8
        eval "M_$_way=\$_hash"
    done <"$SCRATCH.parents"
    WAYS=$(sed -n p "$SCRATCH.level") DEEPEST=$((DEEPEST - 1))
}

check_map() { # whether the histories lead to the root of histories in the note
    open_proof custody/histories.proof || broken custody/histories.proof 'a line that is not 64 lower-case hex digits' || return 1
    HELD_LINES=$(sed -n p custody/histories)
    hash_histories || broken custody/histories 'two histories on one way' || return 1
    while [ $DEEPEST -gt 0 ]; do
        climb_map || broken custody/histories 'not histories with a proof of their map' || return 1
    done
    [ "$WAYS" = w ] && [ "$M_" = "$HISTORIES" ] && no_hash_left || broken custody/histories 'not under the root of histories in the note'
}

check_keys() { # whether each key is that of the exhibit and its first entry
    next_round
    _n=0
    # L_<index>: the hash of the leaf of an entry that a history begins with.
    while read -r _depth _exhibit _key _entries; do
        eval "L_${_entries%%,*}=wanted"
    done <"$SCRATCH.histories"
    IFS=$NL
    for _node in $LEAF_HASHES; do
        eval "[ -z \"\${L_${_node%% *}-}\" ] || L_${_node%% *}=\${_node#* }"
    done
    IFS=$BLANKS
    while read -r _depth _exhibit _key _entries; do
        eval "_leaf=\${L_${_entries%%,*}#wanted}"
        [ -n "$_leaf" ] || broken custody/histories "entry ${_entries%%,*} about exhibit $_exhibit is not here" || return 1
        to_hash $_n "counterclaim-history/1\\n$_leaf%s" "$_exhibit"
        _n=$((_n + 1))
    done <"$SCRATCH.histories"
    hashed >|"$SCRATCH.hashed"
    exec 8<"$SCRATCH.hashed"
    while read -r _depth _exhibit _key _entries; do
        read -r _hash _n <&8
        [ "$_hash" = "$_key" ] || broken custody/histories "not the key of exhibit $_exhibit and its first entry" || return 1
    done <"$SCRATCH.histories"
}

check_history() { # exhibit, its entries: all here, the first its admission, and exactly those that name it
    _here='' _first='' _last=-1
    IFS=,
    for _index in $2; do
        eval "_state=\${S_$_index-} _detail=\${D_$_index-}"
        [ "$_index" -gt $_last ] || broken custody/histories "entries of exhibit $1 that do not rise" || return 1
        _last=$_index
        case $_state in
            '') broken custody/histories "entry $_index about exhibit $1 is not here" || return 1 ;;
            admit* | open*) _here="$_here $_index" ;;
        esac
        : "${_first:=${_state% met}}"
        [ "$_state" = "${_state% met}" ] || continue
        ENTRIES_COUNT=$((ENTRIES_COUNT + 1))
        eval "S_$_index=\"\$_state met\""
        [ -z "$_detail" ] || WITHHELD=$((WITHHELD + 1))
        case $_state in
            viewing) VIEWINGS=$((VIEWINGS + 1)) ;;
            act) CLOSED_ACTS=$((CLOSED_ACTS + 1)) ;;
            record) CLOSED_RECORDS=$((CLOSED_RECORDS + 1)) ;;
        esac
    done
    IFS=$BLANKS
    eval "_about=\${N_$1-}"
    [ "$_first" = admit ] || broken custody/histories "the first entry of exhibit $1 is no admission that is open here" || return 1
    [ "$_here" = "$_about" ] || broken custody/histories "the open entries of exhibit $1 are not those of the case that name it"
}

number_of() { # number, one, many -> NUMBER_OF
    NUMBER_OF="$1 $3"
    [ "$1" -ne 1 ] || NUMBER_OF="1 $2"
}

told_closed() { # number, one, many: joined to TOLD, of which the last stands in _latest until it is known whether "and" is before it
    [ "$1" -gt 0 ] || return 0
    number_of "$@"
    [ -z "$_latest" ] || TOLD="$TOLD${TOLD:+, }$_latest"
    _latest=$NUMBER_OF
}

exhibits_named() { # -> TOLD: up to eight exhibits named as complete, or the first two, the last and how many
    TOLD='' _met=0
    IFS=,
    for _number in $COMPLETE; do
        _met=$((_met + 1))
        if [ $HISTORIES_COUNT -le $NAMED_MAX ] || [ $_met -le 2 ]; then TOLD="$TOLD${TOLD:+, }E$_number"; fi
    done
    IFS=$BLANKS
    [ $HISTORIES_COUNT -le $NAMED_MAX ] || TOLD="$TOLD, ..., E$_number ($HISTORIES_COUNT exhibits)"
}

completeness_words() { # -> WHY
    exhibits_named
    number_of $ENTRIES_COUNT entry entries
    WHY="$TOLD: $NUMBER_OF, all here"
    case $WITHHELD in
        0) ;;
        1) WHY="$WHY; 1 without its detail" ;;
        *) WHY="$WHY; $WITHHELD without their detail" ;;
    esac
    TOLD='' _latest=''
    told_closed $VIEWINGS viewing viewings
    told_closed $CLOSED_ACTS act acts
    told_closed $CLOSED_RECORDS record records
    [ -z "$_latest" ] || WHY="$WHY; $TOLD${TOLD:+ and }$_latest sealed or erased"
}

check_completeness() {
    check_named || return 1
    WHAT=custody/histories WHY='no exhibit is named as complete'
    if [ -z "$COMPLETE" ]; then
        [ ! -f $WHAT ] || broken $WHAT 'histories, though no exhibit is named as complete' || return 1
        return 2
    fi
    [ -f $WHAT ] || broken $WHAT 'missing, though exhibits are named as complete' || return 1
    read_histories || broken $WHAT 'not one history, in its one form, of each exhibit named as complete, rising by key' || return 1
    check_map && check_keys || return 1
    ENTRIES_COUNT=0 WITHHELD=0 VIEWINGS=0 CLOSED_ACTS=0 CLOSED_RECORDS=0
    while read -r _depth _exhibit _key _entries; do
        check_history "$_exhibit" "$_entries" || return 1
    done <"$SCRATCH.histories"
    WHAT=custody/histories
    completeness_words
}

# --- time ------------------------------------------------------------------------------------------

seconds_of() { # "May  4 09:30:00.5 2031 GMT", as openssl prints it -> SECONDS_AT (Hinnant, days_from_civil)
    set -- $1
    [ $# -eq 5 ] && [ "$5" = GMT ] || return 1
    _months=' Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec '
    _m=${_months%%" $1 "*}
    _m=$((${#_m} / 4 + 1)) _d=$2 _y=$4 _clock=${3%%.*}
    _y=$((_m <= 2 ? _y - 1 : _y))
    _era=$((_y / 400))
    _yoe=$((_y - _era * 400))
    _doy=$(((153 * (_m > 2 ? _m - 3 : _m + 9) + 2) / 5 + _d - 1))
    _days=$((_era * 146097 + _yoe * 365 + _yoe / 4 - _yoe / 100 + _doy - 719468))
    _h=${_clock%%:*} _s=${_clock##*:} _clock=${_clock#*:}
    _clock=${_clock%%:*}
    SECONDS_AT=$((_days * 86400 + ${_h#0} * 3600 + ${_clock#0} * 60 + ${_s#0}))
}

# A line of `openssl asn1parse`: at most 64 elements around each other, and a length in its shortest form, of at most three
# bytes beside the one that counts them (hl is how many bytes tag and length have).
ELEMENT='^ *[0-9]+:d=([0-9]|[1-5][0-9]|6[0-3]) *hl=(2 l= *([0-9]|[1-9][0-9]|1[01][0-9]|12[0-7])|3 l= *(12[89]|1[3-9][0-9]|2[0-9][0-9])|4 l= *(25[6-9]|2[6-9][0-9]|[3-9][0-9][0-9]|[0-9]{4,5})|5 l= *(6553[6-9]|655[4-9][0-9]|65[6-9][0-9][0-9]|6[6-9][0-9]{3}|[7-9][0-9]{4}|[0-9]{6,8})) (cons|prim):'

is_der() { # what asn1parse printed: one element, and every one in it well measured
    [ -z "$(printf '%s\n' "$1" | sed -n -E "/^ *[0-9]+:d=/!d
\\%$ELEMENT%!p")" ] || return 1
    _tops=$(printf '%s\n' "$1" | sed -n '/^ *[0-9]*:d=0 /=')
    [ "$_tops" = 1 ]
}

form_holds() { # token: DER, granted, over a TSTInfo of version 1 whose time is in UTC
    _outer=$(openssl asn1parse -inform DER -in "$1" 2>/dev/null) && is_der "$_outer" || return 1
    [ -n "$(printf '%s\n' "$_outer" | sed -n '3{/prim: INTEGER *:00$/=;}')" ] || return 1
    _place=$(printf '%s\n' "$_outer" | sed -n '/prim: OBJECT *:id-smime-ct-TSTInfo$/{n;n;s/^ *\([0-9]*\):.*prim: OCTET STRING .*/\1/p;q;}')
    _inner=$([ -n "$_place" ] && openssl asn1parse -inform DER -in "$1" -strparse "$_place" 2>/dev/null) && is_der "$_inner" || return 1
    [ -n "$(printf '%s\n' "$_inner" | sed -n '2{/prim: INTEGER *:01$/=;}')" ] || return 1
    [ -n "$(printf '%s\n' "$_inner" | sed -n -E '/:d=1 .*prim: GENERALIZEDTIME *:/{/:[0-9]{14}([.][0-9]*[1-9])?Z$/=;q;}')" ]
}

imprint_holds() { # token: one whole response whose imprint is that of the checkpoint -> WHEN
    _same=$(openssl ts -reply -in "$1" -out /dev/stdout 2>/dev/null | sha256sum)
    sha_of_file "$1" && [ "${_same%% *}" = "$SHA" ] && form_holds "$1" || return 1
    _told=$(openssl ts -reply -in "$1" -text 2>/dev/null) || return 1
    _algorithm=$(printf '%s\n' "$_told" | sed -n 's/^Hash Algorithm: \(sha[0-9]*\)$/\1/p')
    case $_algorithm in sha256 | sha384 | sha512) ;; *) return 1 ;; esac
    WHEN=$(printf '%s\n' "$_told" | sed -n 's/^Time stamp: //p')
    _imprint=$(printf '%s\n' "$_told" | sed -n '/^Message data:/,/^Serial number:/s/^ *00[0-9a-f]0 - \(.\{47\}\).*/\1/p' | sed 's/[ -]//g')
    _digest=$(openssl dgst "-$_algorithm" -r custody/checkpoint.note)
    _joined=
    for _part in $_imprint; do _joined=$_joined$_part; done
    [ -n "$_joined" ] && [ "$_joined" = "${_digest%% *}" ] && seconds_of "$WHEN"
}

confirmed() { # token, further options: whether the roots given confirm it
    _token=$1
    shift
    openssl ts -verify "$@" -data custody/checkpoint.note -in "$_token" -CAfile "$GIVEN_ROOTS" >/dev/null 2>&1
}

check_timestamp() {
    _n=0 _first='' _ended=''
    while [ $_n -lt $TOKENS ]; do
        _n=$((_n + 1)) _token=custody/tokens/$_n.tsr
        imprint_holds $_token || broken $_token 'no timestamp of this checkpoint' || return 1
        _first=${_first:-$WHEN}
        [ -n "$GIVEN_ROOTS" ] || continue
        # The chain is checked as of the token's own time; where it would not hold today, the row says so.
        confirmed $_token -attime $SECONDS_AT || broken $_token 'not confirmed by these roots' || return 1
        confirmed $_token || _ended="; a certificate has ended since, it holds at its own time: openssl ts -verify -attime $SECONDS_AT -data custody/checkpoint.note -in $_token -CAfile ROOTS.pem"
    done
    WHAT=custody/tokens
    if [ -z "$GIVEN_ROOTS" ]; then
        WHY='no token, and no TSA roots given'
        [ $TOKENS -eq 0 ] || WHY="$TOKENS tokens over this checkpoint; no TSA roots given"
        return 2
    fi
    [ $TOKENS -gt 0 ] || broken custody/tokens 'no token for these roots to confirm' || return 1
    WHY="these bytes existed by $_first ($TOKENS tokens confirmed)$_ended"
}

# --- rows ----------------------------------------------------------------------------------------

BLOCKED=' ' ANY_FAILED=0

row() { # outcome, name, what, why
    case $3 in *"$NL"*) set -- "$1" "$2" 'a name with a line feed' "$4" ;; esac
    printf '%-11s  %-12s  %s: %s\n' "$1" "$2" "$3" "$4" >>"$SCRATCH.rows"
}

run() { # printed name, check, what must not have failed before it...
    IFS=$BLANKS
    _printed=$1 _check=$2
    shift 2
    for _need in "$@"; do
        case $BLOCKED in
            *" $_need "*)
                BLOCKED="$BLOCKED$_check "
                row 'not checked' "$_printed" - 'an earlier check failed'
                return
                ;;
        esac
    done
    "$_check"
    _status=$?
    IFS=$BLANKS
    case $_status in
        0) row passed "$_printed" "$WHAT" "$WHY" ;;
        2) row 'not checked' "$_printed" "$WHAT" "$WHY" ;;
        *)
            BLOCKED="$BLOCKED$_check " ANY_FAILED=1
            row FAILED "$_printed" "$WHAT" "$WHY"
            ;;
    esac
}

[ b \> a ] 2>/dev/null || usage 'expected a shell whose test compares texts (POSIX 2024), as dash, bash and busybox do'
BLANKS=$(printf ' \t\nx')
BLANKS=${BLANKS%x}
IFS=$BLANKS
GIVEN_FINGERPRINT='' GIVEN_ROOTS='' GIVEN_COSIGNERS='' GIVEN_CHECKPOINT='' BAG='' FINGERPRINT=''
while [ $# -gt 0 ]; do
    case $1 in
        --fingerprint | --tsa-roots | --cosigner | --checkpoint) [ $# -ge 2 ] || usage "$1 wants a value" ;;
        -h | --help) usage 'Checks a published bag.' ;;
        -*) usage "unknown option $1" ;;
        *)
            [ -z "$BAG" ] || usage 'one folder only'
            BAG=$1
            shift
            continue
            ;;
    esac
    _given=$2
    case $2 in /*) ;; *) _given=$PWD/$2 ;; esac
    case $1 in
        --fingerprint) GIVEN_FINGERPRINT=$(printf '%s' "$2" | sed 's/[ :]//g; y/ABCDEF/abcdef/') && is_hex64 "$GIVEN_FINGERPRINT" || usage 'expected a fingerprint of 64 hex digits' ;;
        --tsa-roots) [ -f "$2" ] && GIVEN_ROOTS=$_given || usage 'expected a file with TSA roots' ;;
        --checkpoint) [ -f "$2" ] && GIVEN_CHECKPOINT=$_given || usage 'expected a file with an earlier checkpoint' ;;
        --cosigner) key_of "$2" 004 && GIVEN_COSIGNERS="$GIVEN_COSIGNERS$2$NL" || usage "expected a cosigner's key as NAME+HASH+KEY (type 4)" ;;
    esac
    shift 2
done
set -f
BAG=${BAG:-.}
# Thousands of small files: in memory where a system has that, which is some three times as quick as a disk.
SCRATCH_FOLDER=/tmp
[ ! -d /dev/shm ] || [ ! -w /dev/shm ] || SCRATCH_FOLDER=/dev/shm
SCRATCH_FOLDER=${TMPDIR:-$SCRATCH_FOLDER}
case $SCRATCH_FOLDER in /*) ;; *) SCRATCH_FOLDER=$PWD/$SCRATCH_FOLDER ;; esac
[ -d "$BAG" ] && CDPATH='' cd -- "$BAG" || usage 'expected a folder'

SCRATCH_NAME=vb$$
SCRATCH=$SCRATCH_FOLDER/$SCRATCH_NAME
ROUND=0 MADE=0
tidy() {
    command -v rm >/dev/null 2>&1 && CDPATH='' cd -- "$SCRATCH_FOLDER" && set +f || return
    rm -f -- "$SCRATCH_NAME".[a-z]*
    # All at once while a command line has room for them, else round by round.
    [ $MADE -gt 9999 ] || rm -f -- "$SCRATCH_NAME".[0-9]*
    while [ $MADE -gt 9999 ] && [ $ROUND -gt 0 ]; do
        rm -f -- "$SCRATCH_NAME.$ROUND."*
        ROUND=$((ROUND - 1))
    done
}
set -C
KEPT='rows key text sig files proof heads texts outputs entries parts hashed fields disclosed sealed withheld exhibits histories ways level parents'
for _part in $KEPT; do
    : >"$SCRATCH.$_part" || usage "expected to be able to make $SCRATCH.$_part; set TMPDIR to a folder of your own"
done
trap tidy EXIT
trap 'exit 1' HUP INT TERM

run form check_form
run payload check_payload check_form
run 'tag files' check_tag_files check_form
run 'log key' check_log_key check_payload check_tag_files
run signer check_signer check_log_key
run checkpoint check_checkpoint check_log_key
run cosigner check_cosigner check_checkpoint
run consistency check_consistency check_checkpoint
run inclusion check_inclusion check_checkpoint
run commitments check_commitments check_inclusion
run publication check_publication check_commitments
run exhibits check_exhibits check_publication
run completeness check_completeness check_publication
run timestamp check_timestamp check_payload check_tag_files

_shown='s/[^ -~]/?/g'
if [ -z "$GIVEN_FINGERPRINT" ] && [ $ANY_FAILED -eq 0 ]; then
    _shown='s/[^ -~]/?/g; s/: signer not checked$/: consistent; signer not checked/'
fi
sed "$_shown" "$SCRATCH.rows"
[ -z "$FINGERPRINT" ] || printf 'fingerprint of the log key in this bag: %s\n' "$FINGERPRINT"
exit $ANY_FAILED
