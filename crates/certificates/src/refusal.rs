//! Why a text is no valid certificate of a test: one reason for each way to fail, with a code for programs and a sentence for people.

/// The other kinds of certificates, named by the group that they carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Vaccination,
    Recovery,
}

/// Why a certificate was refused. Nothing in it is of a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Some other text.
    #[error("not a certificate: it does not begin with HC1:")]
    NotACertificate,
    #[error("a certificate larger than any issuer makes")]
    TooLarge,
    #[error("a damaged certificate")]
    Malformed,
    /// Signed with another algorithm than ES256 and PS256.
    #[error("a certificate signed in a way that the standard does not allow")]
    UnsupportedAlgorithm,
    /// No trusted key has the certificate's key id.
    #[error("a certificate of an unknown issuer")]
    UnknownIssuer,
    #[error("a forged certificate: the signature does not fit")]
    BadSignature,
    /// The key is good for other kinds of certificates, or for another country.
    #[error("a certificate whose issuer may not issue it")]
    IssuerNotEntitled,
    #[error("a certificate whose issuer's key was not valid")]
    KeyNotValid,
    #[error("a certificate that is not valid yet")]
    NotYetValid,
    #[error("a certificate that has expired")]
    Expired,
    #[error("a certificate that was revoked")]
    Revoked,
    /// Genuine, but it says something else than a test.
    #[error("a certificate of something else than a test")]
    NotATest(Kind),
    /// Signed, but not what the schema asks for; the field is named as the schema names it.
    #[error("a certificate whose field {0} is not as the schema says")]
    Schema(&'static str),
}

impl Refusal {
    /// Every reason there is; a field of the schema is `*`.
    pub const EVERY: [Self; 14] = [
        Self::NotACertificate,
        Self::TooLarge,
        Self::Malformed,
        Self::UnsupportedAlgorithm,
        Self::UnknownIssuer,
        Self::BadSignature,
        Self::IssuerNotEntitled,
        Self::KeyNotValid,
        Self::NotYetValid,
        Self::Expired,
        Self::Revoked,
        Self::NotATest(Kind::Vaccination),
        Self::NotATest(Kind::Recovery),
        Self::Schema("*"),
    ];

    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotACertificate => "CERTIFICATE_NONE",
            Self::TooLarge => "CERTIFICATE_TOO_LARGE",
            Self::Malformed => "CERTIFICATE_MALFORMED",
            Self::UnsupportedAlgorithm => "CERTIFICATE_ALGORITHM",
            Self::UnknownIssuer => "CERTIFICATE_UNKNOWN_ISSUER",
            Self::BadSignature => "CERTIFICATE_BAD_SIGNATURE",
            Self::IssuerNotEntitled => "CERTIFICATE_ISSUER_NOT_ENTITLED",
            Self::KeyNotValid => "CERTIFICATE_KEY_NOT_VALID",
            Self::NotYetValid => "CERTIFICATE_NOT_YET_VALID",
            Self::Expired => "CERTIFICATE_EXPIRED",
            Self::Revoked => "CERTIFICATE_REVOKED",
            Self::NotATest(Kind::Vaccination) => "CERTIFICATE_OF_VACCINATION",
            Self::NotATest(Kind::Recovery) => "CERTIFICATE_OF_RECOVERY",
            Self::Schema(_) => "CERTIFICATE_SCHEMA",
        }
    }

    /// One Vietnamese sentence for whoever scanned the certificate.
    pub fn vi(&self) -> String {
        self.with_field(self.sentences().0)
    }

    /// The same in English.
    pub fn en(&self) -> String {
        self.with_field(self.sentences().1)
    }

    fn with_field(&self, sentence: &str) -> String {
        if let Self::Schema(field) = self { format!("{sentence} ({field})") } else { sentence.to_owned() }
    }

    const fn sentences(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotACertificate => ("Mã này không phải chứng nhận xét nghiệm.", "This code is no test certificate."),
            Self::TooLarge => {
                ("Chứng nhận dài bất thường nên không được đọc.", "The certificate is too large to be genuine and was not read.")
            }
            Self::Malformed => ("Chứng nhận bị hỏng, hãy quét lại.", "The certificate is damaged. Scan it again."),
            Self::UnsupportedAlgorithm => {
                ("Chứng nhận được ký bằng cách không theo chuẩn.", "The certificate is signed in a way that the standard does not allow.")
            }
            Self::UnknownIssuer => ("Không rõ cơ quan cấp chứng nhận này.", "Nobody we trust issued this certificate."),
            Self::BadSignature => ("Chữ ký không khớp: chứng nhận giả hoặc đã bị sửa.", "The signature does not fit: forged or changed."),
            Self::IssuerNotEntitled => {
                ("Cơ quan ký không được quyền cấp loại chứng nhận này.", "Its signer may not issue certificates of this kind.")
            }
            Self::KeyNotValid => ("Khóa ký của cơ quan cấp không còn hoặc chưa có hiệu lực.", "The issuer's signing key was not valid."),
            Self::NotYetValid => ("Chứng nhận chưa có hiệu lực.", "The certificate is not valid yet."),
            Self::Expired => ("Chứng nhận đã hết hạn.", "The certificate has expired."),
            Self::Revoked => ("Chứng nhận đã bị thu hồi.", "The certificate was revoked."),
            Self::NotATest(Kind::Vaccination) => {
                ("Đây là chứng nhận tiêm chủng, không phải kết quả xét nghiệm.", "This certifies a vaccination, not a test.")
            }
            Self::NotATest(Kind::Recovery) => {
                ("Đây là chứng nhận khỏi bệnh, không phải kết quả xét nghiệm.", "This certifies a recovery, not a test.")
            }
            Self::Schema(_) => ("Nội dung chứng nhận không đúng chuẩn.", "What the certificate says does not follow the schema."),
        }
    }
}
