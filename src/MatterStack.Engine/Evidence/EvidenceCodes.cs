using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>Problem codes of evidence.</summary>
internal static class EvidenceCodes
{
    public static readonly ProblemCode WiringMissing = new(
        "MATTER5001",
        "Run has no usable wiring snapshot",
        "Evidence names the wiring of each attempt, but the run's wiring snapshot is missing or differs from the recorded hash.",
        "Repair the wiring first: -t:Explain names the problem."
    );

    public static readonly ProblemCode FileLeftOut = new(
        "MATTER5002",
        "File is left out of the evidence",
        "A recorded file is missing, is not a regular file, is a link out of the run, or differs from the recorded hash. "
            + "VerifyEvidence reports it as missing.",
        "Restore the file and export again."
    );

    public static readonly ProblemCode ForeignFile = new(
        "MATTER5003",
        "File in evidence/ is not part of the evidence",
        "evidence/ contains a file that ExportEvidence did not write. The export leaves it unchanged, and VerifyEvidence reports it.",
        "Move the file out of evidence/."
    );

    public static readonly ProblemCode ResultsAsText = new(
        "MATTER5006",
        "Results exported as text",
        "An earlier version of MatterStack accepted a results.json that not every JSON reader accepts (a duplicate name, half of a "
            + "surrogate pair, a number out of range). "
            + "The bundle has these results as text, under results_text.",
        "Nothing is lost. Fix the results.json that the task writes before the task runs again."
    );

    public static readonly ProblemCode NoBundle = new(
        "MATTER5010",
        "No evidence to verify",
        "EvidencePath names no bundle (a folder with manifest-sha256.txt, or an archive of one), or the run has not been exported.",
        "Name the folder evidence/ or the archive, or run -t:ExportEvidence first."
    );

    public static readonly ProblemCode FileChanged = new(
        "MATTER5011",
        "File of the evidence has changed",
        "The content of a file does not have the hash in the manifest.",
        "Get the bundle again from its source; this copy proves nothing about the file."
    );

    public static readonly ProblemCode FileMissing = new(
        "MATTER5012",
        "File of the evidence is missing",
        "The manifest, the bundle or a recorded output names a file that does not exist.",
        "Get the bundle again from its source."
    );

    public static readonly ProblemCode FileExtra = new(
        "MATTER5013",
        "File is not part of the evidence",
        "The bundle contains a file or link that the manifest does not name.",
        "Remove it, or get the bundle again from its source."
    );

    public static readonly ProblemCode ManifestDamaged = new(
        "MATTER5014",
        "Manifest cannot be read",
        "A line of the manifest is not a hash and a path, a path occurs twice or leads out of the bundle, or a file with the "
            + "bundle's records is malformed or too large.",
        "Get the bundle again from its source."
    );

    public static readonly ProblemCode RecordsContradict = new(
        "MATTER5015",
        "Evidence contradicts itself",
        "Two files of the bundle disagree about the same run, attempt, wiring or file.",
        "Get the bundle again from its source. If it is unchanged since the export, report the defect with the bundle."
    );

    public static readonly ProblemCode CrateRule = new(
        "MATTER5016",
        "Metadata breaks a rule of RO-Crate",
        "ro-crate-metadata.json breaks a rule of RO-Crate 1.1 or of the Workflow Run RO-Crate profiles.",
        "Export again. If the problem remains, report the defect."
    );

    public static readonly ProblemCode ArchiveDamaged = new(
        "MATTER5017",
        "Archive is damaged",
        "The archive cannot be read, differs from the exported archive, contains a bag that breaks a rule of RFC 8493, or would "
            + "unpack to far more than its size.",
        "Get the archive again from its source."
    );

    public static readonly ProblemCode LeadsOut = new(
        "MATTER5020",
        "Evidence leads out of the run",
        "evidence/ is a link, or contains one. Nothing is written through a link.",
        "Remove the link; -t:ExportEvidence creates the folder."
    );

    public static readonly ProblemCode KeyUnusable = new(
        "MATTER5030",
        "Key cannot be used",
        "EvidenceKey must name a PEM file with an unencrypted private key, ECDSA on P-256 or Ed25519; Ed25519 needs openssl.",
        "Create a key: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem"
    );

    public static readonly ProblemCode SignatureWrong = new(
        "MATTER5031",
        "Signature does not fit",
        "The signature was not made with this key, or not for this bundle.",
        "Compare the key's fingerprint with its owner's, and get the bundle again from its source."
    );
}
