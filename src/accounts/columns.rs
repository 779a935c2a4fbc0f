//! Which column is what? Headings are compared without case, accents, spaces and punctuation.
//!
//! One table per kind of file. Each line: the field, then what people call it in English, German, Spanish, French,
//! Italian, Japanese and Korean. The field's own name is always known and need not be listed.

use super::fields::Field;
use super::names::squeezed;

/// Headings of account lists.
#[rustfmt::skip]
const ACCOUNT: &[(Field, &[&str])] = &[
    (Field::Id, &["account id", "account", "external id", "customer id", "customer no", "customer number", "customer", "no", "nr", "number", "key", "code",
        "Kundennummer", "Kunden-Nr", "Kunde", "Nummer", "Konto", "código", "id cliente", "cliente", "número", "cuenta", "identifiant", "code client", "numéro client", "numéro",
        "codice", "codice cliente", "numero", "顧客番号", "顧客ID", "アカウント", "取引先コード", "番号", "고객번호", "고객ID", "계정", "번호"]),
    (Field::Name, &["account name", "customer name", "company", "company name", "business", "outlet", "store", "title", "Firma", "Firmenname", "Kundenname", "Bezeichnung", "nombre",
        "empresa", "razón social", "nom", "raison sociale", "société", "enseigne", "nome", "azienda", "ragione sociale", "名前", "名称", "顧客名", "会社名", "店名", "이름", "상호", "고객명", "회사명", "업체명"]),
    (Field::Lon, &["longitude", "lng", "long", "x", "easting", "geo lon", "gps lon", "gps longitude", "Länge", "Längengrad", "Rechtswert", "Ostwert", "longitud", "longitudine", "経度", "경도"]),
    (Field::Lat, &["latitude", "y", "northing", "geo lat", "gps lat", "gps latitude", "Breite", "Breitengrad", "Hochwert", "Nordwert", "latitud", "latitudine", "緯度", "위도"]),
    (Field::Quality, &["location quality", "geocode quality", "Lagegüte"]),
    (Field::Street, &["address", "address 1", "address line 1", "street address", "road", "Straße", "Adresse", "Anschrift", "calle", "dirección", "domicilio", "rue", "voie", "adresse", "via", "indirizzo", "strada",
        "住所", "番地", "通り", "주소", "도로명", "도로명주소"]),
    (Field::Housenumber, &["house no", "street number", "building number", "Hausnummer", "Haus-Nr", "número de casa", "número exterior", "altura", "numéro de rue", "n°", "civico", "numero civico", "家屋番号", "号", "건물번호"]),
    (Field::Postcode, &["postal code", "zip", "zip code", "post code", "PLZ", "Postleitzahl", "código postal", "CP", "code postal", "CAP", "codice postale", "郵便番号", "우편번호"]),
    (Field::City, &["town", "locality", "place", "municipality", "Ort", "Stadt", "Gemeinde", "ciudad", "localidad", "población", "municipio", "ville", "commune", "localité", "città", "comune", "località",
        "市", "市区町村", "都市", "도시", "시", "시군구"]),
    (Field::Class, &["segment", "tier", "category", "abc", "abc class", "rating", "service level", "Klasse", "Kategorie", "Kundenklasse", "clase", "categoría", "segmento", "classe", "catégorie", "categoria",
        "クラス", "ランク", "区分", "등급", "분류", "세그먼트"]),
    (Field::Value, &["revenue", "sales", "turnover", "potential", "worth", "amount", "score", "Wert", "Umsatz", "Potenzial", "valor", "ingresos", "ventas", "facturación", "valeur", "chiffre d'affaires", "CA", "potentiel",
        "valore", "fatturato", "potenziale", "価値", "売上", "売上高", "가치", "매출", "매출액"]),
    (Field::CadenceDays, &["cadence", "interval", "interval days", "visit interval", "call interval", "frequency days", "every days", "rhythm", "Besuchsrhythmus", "Rhythmus", "Intervall", "Besuchsintervall",
        "frecuencia", "frecuencia días", "intervalo", "fréquence", "intervalle", "fréquence jours", "cadenza", "frequenza", "intervallo", "訪問間隔", "訪問頻度", "頻度", "방문주기", "주기", "방문간격"]),
    (Field::VisitMin, &["visit minutes", "visit duration", "duration", "duration min", "minutes", "time on site", "Besuchsdauer", "Dauer", "Minuten", "duración", "duración visita", "minutos", "durée", "durée visite",
        "durata", "durata visita", "minuti", "訪問時間", "所要時間", "滞在時間", "방문시간", "소요시간"]),
    (Field::OpeningHours, &["hours", "open", "business hours", "opening times", "Öffnungszeiten", "Geschäftszeiten", "horario", "horario de apertura", "horaires", "heures d'ouverture", "horaires d'ouverture",
        "orario", "orari", "orari di apertura", "営業時間", "영업시간"]),
    (Field::StartInsideIsEnough, &["start inside"]),
    (Field::Rep, &["rep id", "owner", "sales rep", "salesperson", "account manager", "assigned to", "territory owner", "Vertreter", "Außendienst", "Betreuer", "Mitarbeiter", "Verkäufer", "vendedor", "representante",
        "comercial", "responsable", "commercial", "représentant", "vendeur", "agente", "venditore", "rappresentante", "担当", "担当者", "営業担当", "담당", "담당자", "영업담당"]),
    (Field::Kind, &["type", "account type", "customer type", "Art", "Typ", "Kundentyp", "tipo", "tipo de cliente", "type de client", "tipologia", "種別", "種類", "종류", "유형"]),
    (Field::Stage, &["pipeline stage", "status", "phase", "Phase", "Stufe", "etapa", "fase", "estado", "étape", "statut", "stadio", "段階", "ステージ", "フェーズ", "단계"]),
    (Field::LastVisit, &["last visited", "last visit date", "last call", "last contact", "visited", "letzter Besuch", "Letztbesuch", "última visita", "fecha última visita", "dernière visite", "date dernière visite",
        "ultima visita", "data ultima visita", "最終訪問日", "前回訪問", "最終訪問", "최근방문", "최근방문일", "마지막방문일"]),
    (Field::ActiveFrom, &["customer since", "since", "start date", "created", "Kunde seit", "cliente desde", "client depuis", "cliente dal", "取引開始日", "거래시작일"]),
    (Field::Active, &["is active", "enabled", "aktiv", "activo", "actif", "attivo", "有効", "활성"]),
    (Field::Blocks, &["blocked", "closed days", "not available", "Sperren", "Sperrzeiten", "bloqueos", "indisponibilités", "blocchi"]),
    (Field::Skills, &["required skills", "skill", "Fähigkeiten", "habilidades", "compétences", "competenze", "スキル", "역량"]),
    (Field::Phone, &["telephone", "tel", "phone number", "mobile", "Telefon", "Telefonnummer", "Handy", "teléfono", "móvil", "téléphone", "portable", "telefono", "cellulare", "電話", "電話番号", "전화", "전화번호", "휴대폰"]),
    (Field::Email, &["e-mail", "mail", "email address", "E-Mail-Adresse", "correo", "correo electrónico", "courriel", "adresse e-mail", "posta elettronica", "メール", "メールアドレス", "이메일"]),
    (Field::Tags, &["tag", "labels", "keywords", "Schlagworte", "Stichworte", "etiquetas", "étiquettes", "etichette", "タグ", "태그"]),
    (Field::Note, &["notes", "comment", "comments", "remark", "remarks", "description", "Notiz", "Bemerkung", "Kommentar", "nota", "notas", "observaciones", "remarque", "commentaire", "note interne", "osservazioni",
        "メモ", "備考", "비고", "메모"]),
];

/// Headings of rep lists.
#[rustfmt::skip]
const REP: &[(&str, &[&str])] = &[
    ("id", &["rep", "rep id", "code", "no", "nr", "Nummer", "código", "codice", "番号", "번호"]),
    ("name", &["rep name", "nombre", "nom", "nome", "Vertreter", "vendedor", "名前", "이름"]),
    ("home_lon", &["lon", "longitude", "lng", "x", "base lon", "start lon", "Längengrad", "longitud", "longitudine", "経度", "경도"]),
    ("home_lat", &["lat", "latitude", "y", "base lat", "start lat", "Breitengrad", "latitud", "latitudine", "緯度", "위도"]),
    ("shift_start", &["start", "work start", "from", "Arbeitsbeginn", "Beginn", "inicio", "début", "inizio", "開始", "시작"]),
    ("shift_end", &["end", "work end", "to", "until", "Arbeitsende", "Ende", "fin", "fine", "終了", "종료"]),
    ("weekdays", &["days", "working days", "Arbeitstage", "Wochentage", "días", "jours", "giorni", "曜日", "요일"]),
    ("lunch", &["break", "lunch break", "Mittag", "Mittagspause", "Pause", "almuerzo", "comida", "pause", "déjeuner", "pranzo", "昼休み", "점심"]),
    ("max_visits", &["visits", "max stops", "capacity", "max Besuche", "máx visitas", "visites max", "visite max", "最大訪問数", "최대방문"]),
    ("max_drive_min", &["max drive", "max driving", "max drive minutes", "max Fahrzeit", "máx conducción", "conduite max", "guida max"]),
    ("skills", &["skill", "Fähigkeiten", "habilidades", "compétences", "competenze", "スキル", "역량"]),
    ("open_end", &["open end", "ends anywhere"]),
    ("active", &["is active", "aktiv", "activo", "actif", "attivo", "有効", "활성"]),
    ("blocks", &["days off", "holidays", "Urlaub", "vacaciones", "congés", "ferie", "休暇", "휴가"]),
];

/// Headings of visit logs.
#[rustfmt::skip]
const VISIT: &[(&str, &[&str])] = &[
    ("id", &["visit id", "visit"]),
    ("account", &["account id", "customer", "customer id", "Kunde", "Kundennummer", "cliente", "cuenta", "client", "顧客", "顧客番号", "고객", "고객번호"]),
    ("rep", &["rep id", "owner", "sales rep", "Vertreter", "vendedor", "commercial", "agente", "担当者", "담당자"]),
    ("date", &["day", "visit date", "Datum", "Besuchsdatum", "fecha", "data", "日付", "訪問日", "날짜", "방문일"]),
    ("start", &["start time", "time", "from", "Beginn", "von", "inicio", "hora", "début", "heure", "inizio", "ora", "開始", "시작"]),
    ("end", &["end time", "to", "until", "Ende", "bis", "fin", "fine", "終了", "종료"]),
    ("status", &["state", "Zustand", "estado", "statut", "stato", "状態", "상태"]),
    ("purpose", &["reason", "type", "Zweck", "Anlass", "motivo", "motif", "objet", "scopo", "目的", "목적"]),
    ("outcome", &["result", "Ergebnis", "resultado", "résultat", "risultato", "esito", "結果", "결과"]),
    ("note", &["notes", "comment", "Notiz", "Bemerkung", "nota", "remarque", "メモ", "備考", "메모", "비고"]),
    ("source", &[]),
    ("recorded_at", &[]),
];

/// The fields of an account list's headings. A field is given once: to the heading that is its own name, else to the
/// first that fits.
#[must_use]
pub fn account_fields(headings: &[String]) -> Vec<Option<Field>> {
    let table: Vec<_> = ACCOUNT
        .iter()
        .map(|(f, names)| (*f, f.name(), *names))
        .collect();
    assign(headings, &table)
}

/// The fields of a rep list's headings.
#[must_use]
pub fn rep_fields(headings: &[String]) -> Vec<Option<&'static str>> {
    let table: Vec<_> = REP.iter().map(|(f, names)| (*f, *f, *names)).collect();
    assign(headings, &table)
}

/// The fields of a visit log's headings.
#[must_use]
pub fn visit_fields(headings: &[String]) -> Vec<Option<&'static str>> {
    let table: Vec<_> = VISIT.iter().map(|(f, names)| (*f, *f, *names)).collect();
    assign(headings, &table)
}

fn assign<F: Copy + PartialEq>(
    headings: &[String],
    table: &[(F, &str, &[&str])],
) -> Vec<Option<F>> {
    let headings: Vec<String> = headings.iter().map(|h| squeezed(h)).collect();
    let mut fields = vec![None; headings.len()];
    for exact in [true, false] {
        for (i, heading) in headings.iter().enumerate() {
            if fields[i].is_some() || heading.is_empty() {
                continue;
            }
            fields[i] = table
                .iter()
                .find(|(field, own, names)| {
                    !fields.contains(&Some(*field))
                        && (squeezed(own) == *heading
                            || (!exact && names.iter().any(|n| squeezed(n) == *heading)))
                })
                .map(|(field, ..)| *field);
        }
    }
    fields
}

/// Whether a heading is a known name in any kind of file.
#[must_use]
pub fn squeezed_known(heading: &str) -> bool {
    let one = [heading.to_owned()];
    account_fields(&one)[0].is_some()
        || rep_fields(&one)[0].is_some()
        || visit_fields(&one)[0].is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(headings: &str) -> Vec<Option<&'static str>> {
        let headings: Vec<_> = headings.split(',').map(str::to_owned).collect();
        account_fields(&headings)
            .into_iter()
            .map(|f| f.map(Field::name))
            .collect()
    }

    #[test]
    fn headings_of_seven_languages_are_known() {
        for headings in [
            "ID,Company Name,Longitude,Latitude,Last visit",
            "Kunden-Nr.,Firma,Längengrad,Breitengrad,Letzter Besuch",
            "Código,Nombre,Longitud,Latitud,Última visita",
            "Numéro client,Nom,Longitude,Latitude,Dernière visite",
            "Codice cliente,Ragione sociale,Longitudine,Latitudine,Ultima visita",
            "顧客番号,顧客名,経度,緯度,最終訪問日",
            "고객번호,고객명,경도,위도,최근 방문일",
        ] {
            let want = ["id", "name", "lon", "lat", "last_visit"].map(Some);
            assert_eq!(fields(headings), want, "{headings}");
        }
    }

    #[test]
    fn an_own_name_wins_over_a_synonym_and_nothing_is_given_twice() {
        assert_eq!(
            fields("number,id,status,stage,colour"),
            [None, Some("id"), None, Some("stage"), None]
        );
        assert_eq!(fields("x,X,lon"), [None, None, Some("lon")]);
    }

    #[test]
    fn no_name_means_two_fields() {
        let mut seen = std::collections::BTreeMap::new();
        for (field, names) in ACCOUNT {
            for name in names.iter().chain([&field.name()]) {
                let before = seen.insert(squeezed(name), *field);
                assert!(
                    before.is_none_or(|b| b == *field),
                    "{name}: {before:?} and {field}"
                );
            }
        }
        for field in Field::ALL {
            assert!(ACCOUNT.iter().any(|(f, _)| f == field), "{field}");
        }
    }
}
