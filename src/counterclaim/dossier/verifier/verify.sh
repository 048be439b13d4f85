#!/bin/sh
# Checks a published bag with sh, sha256sum, openssl 3, base64 and sed; says nothing about whether its content is so.
#
#   sh verify.sh [--fingerprint F] [--tsa-roots PEM] [--cosigner VKEY]... [BAGDIR]
#
# The third implementation of docs/SPEC-bag.md, for people who trust no Python. Exit 0: no check failed; 1: one
# failed; 2: wrong usage. Order: form, payload and tag manifests, log key, signer, checkpoint, cosigner, inclusion,
# commitments, publication, exhibits, timestamp. What an earlier failure makes meaningless is "not checked".
#
# Bytes are handled as octal escapes for printf ("\001\377"), because a shell variable cannot hold a zero byte.
# openssl wants files for a signature; they are made under TMPDIR (public data only) and removed if rm is at hand.

set -u
LC_ALL=C
export LC_ALL
umask 077
NL='
'
EM=$(printf '\342\200\224')
BAGIT_SHA256=1712ecfb074bf29c4188ad3421032509159a09739fd604f8fe57038b4ddefcc9
README_SHA256=2a243a674d210a4ad9e4079282cc74da39678b143b8c0ef887e3ba99e88ad917
REQUIRED='README.txt bag-info.txt bagit.txt custody/checkpoint.note custody/log-key.pem custody/log-key.vkey
manifest-sha256.txt tagmanifest-sha256.txt verify.py verify.sh'
FILES_MAX=5000
DEPTH_MAX=6
PATH_CHARACTERS_MAX=200
ACTS=' admit fetch examine read accept reject edit assess weigh redact transfer publish erase withdraw not_used '
RECORDS=' vault_created case_opened role_granted preliminary_assessment inquiry ask disclose_findings rotate_key attest_time cosign particulars_requested reply_received correction consent_given consent_withdrawn migrate backup scrub '
ORDER='-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
BASE64='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
PEM_HEAD=MCowBQYDK2VwAyEA

# Forms in extended regular expressions. TEXT is a JSON string in its RFC 8785 form.
CONTROLS=$(printf '\001')-$(printf '\037')
TEXT='"([^"\\'$CONTROLS']|\\(["\\bfnrt]|u00(0[0-7bef]|1[0-9a-f])))*"'
HEX64='[0-9a-f]{64}'
HEXES='("[0-9a-f]{64}"(,"[0-9a-f]{64}")*)?'
SALT='"salt":"[0-9a-f]{32}"'
NUMBERS='([1-9][0-9]*(,[1-9][0-9]*)*)?'
INDEXES='((0|[1-9][0-9]*)(,(0|[1-9][0-9]*))*)?'
AT='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z'
HEAD='[{]"actor":'$TEXT',"at":"'$AT'","basis":'$TEXT',"case":'$TEXT',"detail_sha256":"'$HEX64'","exhibits":\['$NUMBERS'\],"kind":"[a-z_]+",'$SALT',"tool":[{]"name":'$TEXT',"version":'$TEXT'[}],"v":1[}]'
TAIL='"inputs":\['$HEXES'\],"outputs":\['$HEXES'\],'$SALT'[}]'
PUBLISHED='[{]"body":[{]"disclosed":\['$INDEXES'\],"manifest_sha256":"'$HEX64'","profile":"[a-z]+","recipient":(null|'$TEXT'),"sealed":\['$INDEXES'\],"verifiers":[{]"verify[.]py":"'$HEX64'","verify[.]sh":"'$HEX64'"[}],"withheld":\['$INDEXES'\][}],'$TAIL

usage() {
    printf 'usage: sh verify.sh [--fingerprint F] [--tsa-roots PEM] [--cosigner VKEY]... [BAGDIR]\n%s\n' "$1" >&2
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

listed_sha() { # path -> LISTED_SHA, from the manifests that were checked
    _rest=${MANIFESTS%%"  $1$NL"*}
    [ "$_rest" != "$MANIFESTS" ] || return 1
    LISTED_SHA=${_rest##*"$NL"}
}

is_listed_as() { # path, text: whether the file holds exactly this text
    listed_sha "$1" && sha_of_text "$2" && [ "$SHA" = "$LISTED_SHA" ]
}

has() { # path
    case $NL$FILES in *"$NL$1$NL"*) return 0 ;; esac
    return 1
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

sorted_in() { # path: keep it in the list it belongs to, or fail
    case $1 in
        tagmanifest-sha256.txt) return 0 ;;
        README.txt | bag-info.txt | bagit.txt | custody/checkpoint.note | custody/log-key.pem) ;;
        custody/log-key.vkey | manifest-sha256.txt | verify.py | verify.sh) ;;
        data/exhibits/*)
            exhibit_form "$1" || return 1
            EXHIBITS="$EXHIBITS$1$NL"
            ;;
        data/*) ;;
        custody/entries/[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].leaf)
            _i=${1#custody/entries/}
            INDICES="$INDICES ${_i%.leaf}"
            ;;
        custody/entries/[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].payload) ;;
        custody/entries/[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].detail) ;;
        custody/proofs/[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].tlog-proof) ;;
        custody/tokens/[1-9]*.tsr)
            _i=${1#custody/tokens/}
            case ${_i%.tsr} in *[!0-9]*) return 1 ;; esac
            TOKENS=$((TOKENS + 1))
            ;;
        *) return 1 ;;
    esac
    case $1 in
        data/*) PAYLOAD="$PAYLOAD$1$NL" PAYLOAD_COUNT=$((PAYLOAD_COUNT + 1)) ;;
        *) TAGS="$TAGS$1$NL" TAGS_COUNT=$((TAGS_COUNT + 1)) ;;
    esac
}

listed_folder() { # folder with its trailing slash: add its files and folders
    _empty=1
    set +f
    for _f in "$1"* "$1".[!.]* "$1"..?*; do
        [ -e "$_f" ] || [ -L "$_f" ] || continue
        _empty=0
        _path=${_f#./}
        case ${_f##*/} in
            [!A-Za-z0-9_]* | *[!A-Za-z0-9._-]*) broken "$_path" 'a name this format does not allow' || return 1 ;;
        esac
        [ ${#_path} -le $PATH_CHARACTERS_MAX ] || broken "$_path" 'a path too long' || return 1
        [ ! -L "$_f" ] || broken "$_path" 'a symbolic link' || return 1
        if [ -d "$_f" ]; then
            PENDING="$PENDING$_f/$NL"
        elif [ -f "$_f" ]; then
            FILES="$FILES$_path$NL"
            COUNT=$((COUNT + 1))
            [ $COUNT -le $FILES_MAX ] || broken . 'too many files' || return 1
            sorted_in "$_path" || broken "$_path" 'a file that does not belong into a bag' || return 1
        else
            broken "$_path" 'neither a file nor a folder' || return 1
        fi
    done
    [ $_empty -eq 0 ] || [ "$1" = ./ ] || {
        _path=${1#./}
        broken "${_path%/}" 'an empty folder, which no manifest names'
    }
}

check_form() {
    FILES='' PAYLOAD='' TAGS='' EXHIBITS='' INDICES=''
    COUNT=0 TOKENS=0 PAYLOAD_COUNT=0 TAGS_COUNT=0
    PENDING="./$NL"
    while [ -n "$PENDING" ]; do
        _dir=${PENDING%%"$NL"*}
        PENDING=${PENDING#*"$NL"}
        _depth=-1
        _t=$_dir
        while [ "$_t" != "${_t#*/}" ]; do _t=${_t#*/} _depth=$((_depth + 1)); done
        [ $_depth -le $DEPTH_MAX ] || broken "$_dir" 'folders nested too deep' || return 1
        listed_folder "$_dir"
        _status=$?
        set -f
        [ $_status -eq 0 ] || return 1
    done
    for _path in $REQUIRED; do
        has "$_path" || broken "$_path" missing || return 1
    done
    [ $PAYLOAD_COUNT -gt 0 ] || broken data 'no payload' || return 1
    check_companions || return 1
    for _pair in "bagit.txt $BAGIT_SHA256" "README.txt $README_SHA256"; do
        sha_of_file "${_pair% *}" && [ "$SHA" = "${_pair#* }" ] || broken "${_pair% *}" 'not the text every bag of this format carries' || return 1
    done
    WHAT=. WHY="$COUNT files, all of them plain and named as the format says"
}

check_companions() {
    [ -n "$INDICES" ] || broken custody/entries 'no entry' || return 1
    while IFS= read -r _path; do
        _needed=
        case $_path in
            custody/entries/*.leaf) _needed=${_path#custody/entries/} _needed=custody/proofs/${_needed%.leaf}.tlog-proof ;;
            custody/entries/*.payload) _needed=${_path%.payload}.leaf ;;
            custody/entries/*.detail) _needed=${_path%.detail}.payload ;;
            custody/proofs/*) _needed=${_path#custody/proofs/} _needed=custody/entries/${_needed%.tlog-proof}.leaf ;;
        esac
        [ -z "$_needed" ] || has "$_needed" || broken "$_needed" "missing, though $_path is here" || return 1
    done <<LIST
$TAGS
LIST
    _n=1
    while [ $_n -le $TOKENS ]; do
        has custody/tokens/$_n.tsr || broken custody/tokens/$_n.tsr 'missing: tokens are numbered from 1 without a gap' || return 1
        _n=$((_n + 1))
    done
}

# --- manifests -----------------------------------------------------------------------------------

comes_after() { # path, other: whether the first sorts after the other, byte by byte
    _a=$2 _b=$1
    [ "${_a%/*}" != "${_b%/*}" ] || [ "$_a" = "${_a##*/}" ] || [ "$_b" = "${_b##*/}" ] || _a=${_a##*/} _b=${_b##*/}
    while :; do
        [ -n "$_b" ] || return 1
        [ -n "$_a" ] || return 0
        _x=${_a%"${_a#?}"} _y=${_b%"${_b#?}"}
        if [ "$_x" = "$_y" ]; then
            _a=${_a#?} _b=${_b#?}
            continue
        fi
        _x=${ORDER%%"$_x"*} _y=${ORDER%%"$_y"*}
        [ ${#_x} -lt ${#_y} ]
        return
    done
}

check_manifest() { # manifest, the files it must list, how many they are
    _count=0 _last='' _text='' _line=''
    while IFS= read -r _line; do
        _hash=${_line%%"  "*} _path=${_line#*"  "}
        [ "$_hash  $_path" = "$_line" ] && is_hex64 "$_hash" || broken "$1" 'a line that is not in the canonical form' || return 1
        case $_path in '' | *[!A-Za-z0-9._/-]*) broken "$1" 'a line that is not in the canonical form' || return 1 ;; esac
        comes_after "$_path" "$_last" || broken "$1" "a repetition or out of order: $_path" || return 1
        case $NL$2 in *"$NL$_path$NL"*) ;; *) broken "$_path" "listed in $1, but not here" || return 1 ;; esac
        _last=$_path _count=$((_count + 1)) _text="$_text$_line$NL"
    done <"$1"
    [ -z "$_line" ] && sha_of_text "$_text" && _sha=$SHA && sha_of_file "$1" && [ "$_sha" = "$SHA" ] \
        || broken "$1" 'not in the canonical form' || return 1
    if [ $_count -ne "$3" ]; then
        while IFS= read -r _path; do
            case $_text in *"  $_path$NL"*) ;; *) broken "$_path" "not listed in $1" || return 1 ;; esac
        done <<LIST
${2%"$NL"}
LIST
    fi
    _told=$(sha256sum -c "$1" 2>/dev/null) || {
        _told=$(printf '%s\n' "$_told" | sed -n '/: OK$/!{p;q;}')
        broken "${_told%%:*}" "its bytes are not those in $1"
        return 1
    }
    MANIFESTS="$MANIFESTS$_text"
    WHAT=$1 WHY="$_count files"
}

check_payload() { check_manifest manifest-sha256.txt "$PAYLOAD" $PAYLOAD_COUNT; }

check_tag_files() { check_manifest tagmanifest-sha256.txt "$TAGS" $TAGS_COUNT; }

# --- key, checkpoint, cosigners --------------------------------------------------------------------

is_key_name() {
    case $1 in '' | *[!!-*,-~]*) return 1 ;; esac
    [ ${#1} -le 200 ]
}

key_of() { # vkey line -> K_NAME, K_HASH (8 hex digits), K_KEY (octal)
    K_NAME=${1%%+*} _rest=${1#*+}
    K_HASH=${_rest%%+*} _rest=${_rest#*+}
    [ "$K_NAME+$K_HASH+$_rest" = "$1" ] && is_key_name "$K_NAME" && [ ${#_rest} -eq 44 ] && octal_of_base64 "$_rest" || return 1
    [ ${#OCT} -eq 132 ] || return 1
    K_KEY=${OCT#????}
    [ "\\001$K_KEY" = "$OCT" ] || return 1
    SHA=$({ printf '%s\n' "$K_NAME" && printf "$OCT"; } | sha256sum)
    [ "${SHA%"${SHA#????????}"}" = "$K_HASH" ]
}

pem_of() { # key in octal -> PEM
    PEM="-----BEGIN PUBLIC KEY-----$NL$PEM_HEAD$(printf "$1" | base64)$NL-----END PUBLIC KEY-----$NL"
}

check_log_key() {
    _path=custody/log-key.vkey _line=''
    IFS= read -r _line <$_path
    is_listed_as $_path "$_line$NL" && key_of "$_line" || broken $_path 'not the line of an Ed25519 key' || return 1
    NAME=$K_NAME HASH=$K_HASH KEY=$K_KEY
    pem_of "$KEY"
    is_listed_as custody/log-key.pem "$PEM" || broken custody/log-key.pem 'not the key of log-key.vkey in its one form' || return 1
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

signature_holds() { # key, signature (both octal): over the checkpoint's three lines
    pem_of "$1"
    printf '%s' "$PEM" >|"$SCRATCH.key" && printf '%s' "$SIGNED" >|"$SCRATCH.text" && printf "$2" >|"$SCRATCH.sig" || return 1
    openssl pkeyutl -verify -pubin -inkey "$SCRATCH.key" -rawin -in "$SCRATCH.text" -sigfile "$SCRATCH.sig" >/dev/null 2>&1
}

check_checkpoint() {
    _path=custody/checkpoint.note _n=0 _line='' NOTE='' SIGNATURES='' SIGNATURES_COUNT=0
    while IFS= read -r _line; do
        _n=$((_n + 1)) NOTE="$NOTE$_line$NL"
        case $_n in
            1) _origin=$_line ;;
            2) SIZE=$_line ;;
            3) _root=$_line ;;
            4) [ -z "$_line" ] || broken $_path 'not a signed note of three lines, a blank line and signatures' || return 1 ;;
            *) signature_line "$_line" || broken $_path 'a line that is no signature' || return 1 ;;
        esac
    done <$_path
    [ -z "$_line" ] && [ $_n -ge 5 ] && is_listed_as $_path "$NOTE" || broken $_path 'not a signed note in its one form' || return 1
    case $SIZE in '' | 0?* | *[!0-9]*) broken $_path 'no size' || return 1 ;; esac
    [ ${#SIZE} -le 16 ] && octal_of_base64 "$_root" && [ ${#OCT} -eq 128 ] || broken $_path 'not a checkpoint: origin, size, root' || return 1
    ROOT=$OCT SIGNED="$_origin$NL$SIZE$NL$_root$NL"
    octal_of_hex "$HASH"
    _own="$NAME $OCT"
    case $SIGNATURES in "$_own "*) ;; *) broken $_path 'not signed first by the key in log-key.vkey' || return 1 ;; esac
    _rest=${SIGNATURES#*"$NL"}
    case $NL$_rest in *"$NL$_own "*) broken $_path 'signed twice by the key in log-key.vkey' || return 1 ;; esac
    [ "$_origin" = "$NAME" ] || broken $_path 'not the log that its key names' || return 1
    _first=${SIGNATURES%%"$NL"*}
    signature_holds "$KEY" "${_first#"$_own "}" || broken $_path 'the signature does not hold' || return 1
    WHAT=$_path WHY="signed by the key in log-key.vkey; $SIZE entries"
}

signature_line() { # line -> one more of SIGNATURES: name, key hash, signature (octal)
    _rest=${1#"$EM "}
    _name=${_rest%% *} _encoded=${_rest#* }
    [ "$EM $_name $_encoded" = "$1" ] && is_key_name "$_name" && octal_of_base64 "$_encoded" && [ ${#OCT} -ge 20 ] || return 1
    _rest=${OCT#????????????????}
    SIGNATURES="$SIGNATURES$_name ${OCT%"$_rest"} $_rest$NL"
    SIGNATURES_COUNT=$((SIGNATURES_COUNT + 1))
}

check_cosigner() {
    WHAT=custody/checkpoint.note WHY='no cosigner key given'
    [ -n "$GIVEN_COSIGNERS" ] || return 2
    for _vkey in $GIVEN_COSIGNERS; do
        key_of "$_vkey"
        octal_of_hex "$K_HASH"
        _wanted="$K_NAME $OCT" _good=1
        while IFS= read -r _row; do
            case $_row in "$_wanted "*) signature_holds "$K_KEY" "${_row#"$_wanted "}" && _good=0 ;; esac
        done <<LIST
$SIGNATURES
LIST
        [ $_good -eq 0 ] || broken $WHAT "no valid signature of the cosigner $K_NAME" || return 1
    done
    WHY="of $((SIGNATURES_COUNT - 1)) further signatures those asked for hold"
}

# --- entries -------------------------------------------------------------------------------------

short_of() { # 8 digits -> SHORT, without leading zeros
    SHORT=${1#"${1%%[!0]*}"}
    SHORT=${SHORT:-0}
}

read_proof() { # index in 8 digits -> PROOF
    _path=custody/proofs/$1.tlog-proof _n=0 _head='' PROOF=''
    while IFS= read -r _line; do
        [ -n "$_line" ] || break
        _n=$((_n + 1)) _head="$_head$_line$NL"
        case $_n in
            1) [ "$_line" = 'c2sp.org/tlog-proof@v1' ] || return 1 ;;
            2) [ "$_line" = "index $SHORT" ] || return 1 ;;
            *) octal_of_base64 "$_line" && [ ${#OCT} -eq 128 ] && PROOF="$PROOF $OCT" || return 1 ;;
        esac
    done <"$_path"
    [ $_n -ge 2 ] && is_listed_as "$_path" "$_head$NL$NOTE"
}

leads_to_root() { # leaf text, index, siblings in octal... (RFC 9162 section 2.1.3.2)
    _node=$2 _last=$((SIZE - 1))
    SHA=$({ printf '\000' && printf '%s' "$1"; } | sha256sum)
    octal_of_hex "${SHA%% *}"
    shift 2
    for _sibling in "$@"; do
        [ $_last -gt 0 ] || return 1
        if [ $((_node & 1)) -eq 1 ] || [ $_node -eq $_last ]; then
            sha_of_octal "\\001$_sibling$OCT"
            while [ $((_node & 1)) -eq 0 ] && [ $_node -gt 0 ]; do _node=$((_node >> 1)) _last=$((_last >> 1)); done
        else
            sha_of_octal "\\001$OCT$_sibling"
        fi
        octal_of_hex "$SHA"
        _node=$((_node >> 1)) _last=$((_last >> 1))
    done
    [ $_last -eq 0 ] && [ "$OCT" = "$ROOT" ]
}

check_inclusion() {
    _entries=0
    for _index in $INDICES; do
        short_of "$_index"
        read_proof "$_index" || broken "custody/proofs/$_index.tlog-proof" 'not a proof of this entry under this checkpoint' || return 1
        _path=custody/entries/$_index.leaf _leaf=''
        IFS= read -r _leaf <"$_path"
        [ "$SHORT" -lt "$SIZE" ] && is_listed_as "$_path" "$_leaf" && leads_to_root "$_leaf" "$SHORT" $PROOF \
            || broken "$_path" 'not included under the checkpoint' || return 1
        _entries=$((_entries + 1))
    done
    WHAT=custody/entries WHY="$_entries of $SIZE entries disclosed, all under the checkpoint"
}

class_of() { # kind -> CLASS
    CLASS=
    case $ACTS in *" $1 "*) CLASS=act ;; esac
    case $RECORDS in *" $1 "*) CLASS=record ;; esac
    [ "$1" != view ] || CLASS=viewing
}

check_leaf() { # path -> LEAF_CLASS, LEAF_SHA
    IFS= read -r _leaf <"$1"
    _rest=${_leaf#'{"class":"'}
    LEAF_CLASS=${_rest%%'"'*}
    _rest=${_rest#*'","payload_sha256":"'}
    LEAF_SHA=${_rest%'","v":1}'}
    case $LEAF_CLASS in act | viewing | record) ;; *) return 1 ;; esac
    [ "$_leaf" = "{\"class\":\"$LEAF_CLASS\",\"payload_sha256\":\"$LEAF_SHA\",\"v\":1}" ] && is_hex64 "$LEAF_SHA"
}

check_head() { # path -> H_KIND, H_AT, H_CASE, H_EXHIBITS, H_DETAIL
    listed_sha "$1" && [ "$LISTED_SHA" = "$LEAF_SHA" ] || return 1
    _head=
    ! IFS= read -r _head <"$1" || return 1
    [ -n "$_head" ] && [ "$(sed -n -E "\\%^$HEAD\$%p" "$1")" = "$_head" ] || return 1
    # In this form an unescaped quotation mark only ever bounds a string, so these marks stand once each.
    H_AT=${_head#*',"at":"'} H_AT=${H_AT%%'"'*}
    H_CASE=${_head#*',"case":"'} H_CASE=${H_CASE%%'","detail_sha256":"'*}
    H_DETAIL=${_head#*'","detail_sha256":"'} H_DETAIL=${H_DETAIL%%'"'*}
    H_EXHIBITS=${_head#*'","exhibits":['} H_EXHIBITS=${H_EXHIBITS%%']'*}
    H_KIND=${_head#*'],"kind":"'} H_KIND=${H_KIND%%'"'*}
    class_of "$H_KIND"
    [ "$CLASS" = "$LEAF_CLASS" ]
}

tail_of() { # path -> D_TAIL: the part of a detail after its body, read from the end because a body may be long
    D_TAIL=$(sed -n -E '/^[{]"body":[{]/s%^.*[}],"inputs":%"inputs":%p' "$1")
    [ -n "$D_TAIL" ] && [ "$(printf '%s\n' "$D_TAIL" | sed -n -E "\\%^$TAIL\$%p")" = "$D_TAIL" ]
}

check_commitments() {
    ENTRIES='' _parts=0
    for _index in $INDICES; do
        _stem=custody/entries/$_index
        check_leaf "$_stem.leaf" || broken "$_stem.leaf" 'not the fields of a leaf in canonical JSON' || return 1
        has "$_stem.payload" || continue
        check_head "$_stem.payload" || broken "$_stem.payload" 'not the payload its leaf commits to, in canonical JSON' || return 1
        _parts=$((_parts + 1))
        has "$_stem.detail" || continue
        listed_sha "$_stem.detail" && [ "$LISTED_SHA" = "$H_DETAIL" ] && tail_of "$_stem.detail" \
            || broken "$_stem.detail" 'not the detail its payload commits to, in canonical JSON' || return 1
        _parts=$((_parts + 1))
        ENTRIES="$ENTRIES$_index $H_KIND [$H_EXHIBITS] $H_AT $H_CASE$NL"
    done
    WHAT=custody/entries WHY="$_parts payloads and details are those committed to"
}

# --- publication, exhibits, time -------------------------------------------------------------------

published() { # path -> P_DISCLOSED, P_SEALED, P_WITHHELD, P_PY, P_SH where the detail names this payload manifest
    _detail=$(sed -n -E "\\%^$PUBLISHED\$%p" "$1")
    [ -n "$_detail" ] || return 1
    P_DISCLOSED=${_detail#'{"body":{"disclosed":['} P_DISCLOSED=${P_DISCLOSED%%']'*}
    P_SEALED=${_detail#*',"sealed":['} P_SEALED=${P_SEALED%%']'*}
    P_WITHHELD=${_detail#*',"withheld":['} P_WITHHELD=${P_WITHHELD%%']'*}
    _sha=${_detail#*'],"manifest_sha256":"'} _sha=${_sha%%'"'*}
    P_PY=${_detail#*'"verifiers":{"verify.py":"'} P_SH=${P_PY#*'","verify.sh":"'}
    P_PY=${P_PY%%'"'*} P_SH=${P_SH%%'"'*}
    [ "$_sha" = "$MANIFEST_SHA" ]
}

check_publication() {
    sha_of_file manifest-sha256.txt
    MANIFEST_SHA=$SHA _found=0
    while read -r _index _kind _numbers _at _case; do
        [ "$_kind" = publish ] && published "custody/entries/$_index.detail" || continue
        _found=$((_found + 1)) _bound=$_index _when=$_at CASE=$_case
        _disclosed=$P_DISCLOSED _sealed=$P_SEALED _withheld=$P_WITHHELD _py=$P_PY _sh=$P_SH
    done <<LIST
$ENTRIES
LIST
    [ $_found -eq 1 ] || broken custody/entries "$_found publish entries name this payload manifest, and it must be one" || return 1
    _others='' _closed='' _partly=''
    for _index in $INDICES; do
        [ "$_index" != "$_bound" ] || continue
        short_of "$_index"
        _others="$_others${_others:+,}$SHORT"
        if ! has "custody/entries/$_index.payload"; then
            _closed="$_closed${_closed:+,}$SHORT"
        elif ! has "custody/entries/$_index.detail"; then
            _partly="$_partly${_partly:+,}$SHORT"
        fi
    done
    [ "$_others" = "$_disclosed" ] || broken "custody/entries/$_bound.detail" 'the entries here are not those the publish entry lists' || return 1
    [ "$_closed" = "$_sealed" ] || broken "custody/entries/$_bound.detail" 'the entries with a leaf alone are not those the publish entry calls sealed' || return 1
    [ "$_partly" = "$_withheld" ] || broken "custody/entries/$_bound.detail" 'the entries without their detail are not those the publish entry calls withheld' || return 1
    listed_sha verify.py && [ "$LISTED_SHA" = "$_py" ] && listed_sha verify.sh && [ "$LISTED_SHA" = "$_sh" ] \
        || broken verify.sh 'the checkers are not those the publish entry names' || return 1
    is_listed_as bag-info.txt "Bag-Software-Agent: counterclaim${NL}Bagging-Date: ${_when%%T*}${NL}External-Identifier: $MANIFEST_SHA$NL" \
        || broken bag-info.txt 'not what the publish entry says' || return 1
    short_of "$_bound"
    WHAT=custody/entries/$_bound.detail WHY="entry $SHORT published this payload, these entries and these checkers"
}

admitted() { # exhibit number, digest: 0 these bytes, 1 other bytes, 2 no admit entry disclosed
    _answer=2
    while read -r _index _kind _numbers _at _case; do
        [ "$_kind" = admit ] && [ "$_case" = "$CASE" ] || continue
        _numbers=${_numbers#'['} _numbers=${_numbers%']'}
        case ,$_numbers, in *,"$1",*) ;; *) continue ;; esac
        [ $_answer -eq 0 ] || _answer=1
        tail_of "custody/entries/$_index.detail"
        case ${D_TAIL#*'"outputs":['} in *"\"$2\""*) _answer=0 ;; esac
    done <<LIST
$ENTRIES
LIST
    return $_answer
}

check_exhibits() {
    WHAT=data/exhibits WHY='no exhibit files in this bag'
    [ -n "$EXHIBITS" ] || return 2
    _open='' _checked=0
    while IFS= read -r _exhibit; do
        _number=${_exhibit#data/exhibits/E}
        listed_sha "$_exhibit"
        admitted "${_number%%.*}" "$LISTED_SHA"
        case $? in
            0) _checked=$((_checked + 1)) ;;
            1) broken "$_exhibit" 'not the bytes that were admitted' || return 1 ;;
            *) _open=${_open:-$_exhibit} ;;
        esac
    done <<LIST
${EXHIBITS%"$NL"}
LIST
    WHY="$_checked files are those that were admitted"
    [ -n "$_open" ] || return 0
    WHAT=$_open WHY='no admit entry disclosed'
    return 2
}

imprint_holds() { # token: one whole response whose imprint is that of the checkpoint -> WHEN
    _same=$(openssl ts -reply -in "$1" -out /dev/stdout 2>/dev/null | sha256sum)
    listed_sha "$1" && [ "${_same%% *}" = "$LISTED_SHA" ] || return 1
    _told=$(openssl ts -reply -in "$1" -text 2>/dev/null) || return 1
    _algorithm=$(printf '%s\n' "$_told" | sed -n 's/^Hash Algorithm: \(sha[0-9]*\)$/\1/p')
    case $_algorithm in sha256 | sha384 | sha512) ;; *) return 1 ;; esac
    WHEN=$(printf '%s\n' "$_told" | sed -n 's/^Time stamp: //p')
    _imprint=$(printf '%s\n' "$_told" | sed -n '/^Message data:/,/^Serial number:/s/^ *00[0-9a-f]0 - \(.\{47\}\).*/\1/p' | sed 's/[ -]//g')
    _digest=$(openssl dgst "-$_algorithm" -r custody/checkpoint.note)
    _joined=
    for _part in $_imprint; do _joined=$_joined$_part; done
    [ -n "$_joined" ] && [ "$_joined" = "${_digest%% *}" ]
}

check_timestamp() {
    _n=0 _first=
    while [ $_n -lt $TOKENS ]; do
        _n=$((_n + 1)) _token=custody/tokens/$_n.tsr
        imprint_holds $_token || broken $_token 'no timestamp of this checkpoint' || return 1
        _first=${_first:-$WHEN}
        [ -n "$GIVEN_ROOTS" ] || continue
        openssl ts -verify -data custody/checkpoint.note -in $_token -CAfile "$GIVEN_ROOTS" >/dev/null 2>&1 \
            || broken $_token 'not confirmed by these roots' || return 1
    done
    WHAT=custody/tokens
    if [ -z "$GIVEN_ROOTS" ]; then
        WHY='no token, and no TSA roots given'
        [ $TOKENS -eq 0 ] || WHY="$TOKENS tokens over this checkpoint; no TSA roots given"
        return 2
    fi
    [ $TOKENS -gt 0 ] || broken custody/tokens 'no token for these roots to confirm' || return 1
    WHY="these bytes existed by $_first ($TOKENS tokens confirmed)"
}

# --- rows ----------------------------------------------------------------------------------------

BLOCKED=' ' ANY_FAILED=0 ROWS=

row() { # outcome, name, what, why
    ROWS="$ROWS$(printf '%-11s  %-11s  %s: %s' "$1" "$2" "$3" "$4" | sed 's/[^ -~]/?/g')$NL"
}

run() { # printed name, check, what must not have failed before it...
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
    case $? in
        0) row passed "$_printed" "$WHAT" "$WHY" ;;
        2) row 'not checked' "$_printed" "$WHAT" "$WHY" ;;
        *)
            BLOCKED="$BLOCKED$_check " ANY_FAILED=1
            row FAILED "$_printed" "$WHAT" "$WHY"
            ;;
    esac
}

GIVEN_FINGERPRINT='' GIVEN_ROOTS='' GIVEN_COSIGNERS='' BAG='' MANIFESTS=$NL FINGERPRINT=''
while [ $# -gt 0 ]; do
    case $1 in
        --fingerprint | --tsa-roots | --cosigner) [ $# -ge 2 ] || usage "$1 wants a value" ;;
        -h | --help) usage 'Checks a published bag.' ;;
        -*) usage "unknown option $1" ;;
        *)
            [ -z "$BAG" ] || usage 'one folder only'
            BAG=$1
            shift
            continue
            ;;
    esac
    case $1 in
        --fingerprint) GIVEN_FINGERPRINT=$(printf '%s' "$2" | sed 's/[ :]//g; y/ABCDEF/abcdef/') && is_hex64 "$GIVEN_FINGERPRINT" || usage 'expected a fingerprint of 64 hex digits' ;;
        --tsa-roots)
            [ -f "$2" ] || usage 'expected a file with TSA roots'
            case $2 in /*) GIVEN_ROOTS=$2 ;; *) GIVEN_ROOTS=$PWD/$2 ;; esac
            ;;
        --cosigner) key_of "$2" && GIVEN_COSIGNERS="$GIVEN_COSIGNERS$2$NL" || usage "expected a cosigner's key as NAME+HASH+KEY" ;;
    esac
    shift 2
done
set -f
BAG=${BAG:-.}
[ -d "$BAG" ] && CDPATH='' cd -- "$BAG" || usage 'expected a folder'

SCRATCH=${TMPDIR:-/tmp}/verify-bag-$$
case $SCRATCH in /*) ;; *) SCRATCH=$PWD/$SCRATCH ;; esac
tidy() {
    ! command -v rm >/dev/null 2>&1 || rm -f -- "$SCRATCH.key" "$SCRATCH.text" "$SCRATCH.sig"
}
# Made anew and never followed: a name somebody else laid there is refused, not written through.
set -C
for _part in key text sig; do
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
run inclusion check_inclusion check_checkpoint
run commitments check_commitments check_inclusion
run publication check_publication check_commitments
run exhibits check_exhibits check_publication
run timestamp check_timestamp check_payload check_tag_files

if [ -z "$GIVEN_FINGERPRINT" ] && [ $ANY_FAILED -eq 0 ]; then
    ROWS=$(printf '%s' "$ROWS" | sed 's/: signer not checked$/: consistent; signer not checked/')$NL
fi
printf '%s' "$ROWS"
[ -z "$FINGERPRINT" ] || printf 'fingerprint of the log key in this bag: %s\n' "$FINGERPRINT"
exit $ANY_FAILED
