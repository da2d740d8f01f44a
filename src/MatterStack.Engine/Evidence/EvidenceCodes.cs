using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>What can go wrong with evidence.</summary>
internal static class EvidenceCodes
{
    public static readonly ProblemCode WiringMissing = new("MATTER5001", "Run has no usable wiring snapshot",
        "Evidence says which wiring each attempt ran on; the run's snapshot is missing or is not what was recorded.",
        "Repair the wiring first: -t:Explain names what is wrong with it.");

    public static readonly ProblemCode LeftOut = new("MATTER5002", "File is left out of the evidence",
        "A recorded file is gone, is no regular file, leads out of the run, or is not what was recorded. The bundle says so and VerifyEvidence finds it.",
        "Put the file back as it was and export again.");

    public static readonly ProblemCode Foreign = new("MATTER5003", "File in evidence/ is not part of it",
        "A file that ExportEvidence did not write lies in evidence/. It is left alone, and VerifyEvidence finds it.",
        "Move it elsewhere.");

    public static readonly ProblemCode FigureNotDrawn = new("MATTER5004", "Figure cannot be drawn",
        "A file that a task declared as Figures is neither a table with a heading nor JSON of the form that docs/report.md describes, is too large, or has changed since it was recorded. The report is written without it and says so.",
        "The message names the place; mend what the task writes and run it again.");

    public static readonly ProblemCode ReportNotWritten = new("MATTER5005", "Report not up to date",
        "report.html of a run that is being moved could not be written anew: a full disk, or a file that may not be written. The run goes on.",
        "Mend what the message names, and give -t:Report.");

    public static readonly ProblemCode ResultsAsText = new("MATTER5006", "Results exported as text",
        "An earlier version of MatterStack took results.json of an attempt that not every reader of JSON takes (a name twice, half of a surrogate pair, a number out of range). The bundle has them as text, under results_text.",
        "Nothing is lost. Mend what the task writes, if it is to run again.");

    public static readonly ProblemCode NoBundle = new("MATTER5010", "No evidence to verify",
        "EvidencePath names no bundle (a folder with manifest-sha256.txt, or an archive of one), or the run has not been exported.",
        "Name the folder evidence/ or the archive, or give -t:ExportEvidence first.");

    public static readonly ProblemCode FileChanged = new("MATTER5011", "File of the evidence has changed",
        "A file's bytes do not have the hash that the manifest records.",
        "Get the bundle anew from whom it came from; this copy proves nothing about that file.");

    public static readonly ProblemCode FileMissing = new("MATTER5012", "File of the evidence is missing",
        "The manifest, the bundle or a recorded output names a file that is not there.",
        "Get the bundle anew from whom it came from.");

    public static readonly ProblemCode FileExtra = new("MATTER5013", "File is not part of the evidence",
        "A file or link lies in the bundle that the manifest does not name.",
        "Remove it, or get the bundle anew from whom it came from.");

    public static readonly ProblemCode ManifestDamaged = new("MATTER5014", "Manifest cannot be read",
        "A line of the manifest is not a hash and a path, a path is named twice or leads out of the bundle, or a file that says what the bundle holds has another form or is larger than that of any run.",
        "Get the bundle anew from whom it came from.");

    public static readonly ProblemCode RecordsContradict = new("MATTER5015", "Evidence contradicts itself",
        "Two files of the bundle say different things of the same run, attempt, wiring or file.",
        "Get the bundle anew from whom it came from; if it is as exported, report the defect with the bundle.");

    public static readonly ProblemCode CrateRule = new("MATTER5016", "Metadata break a rule of RO-Crate",
        "ro-crate-metadata.json lacks something that RO-Crate 1.1 or the Workflow Run RO-Crate profiles demand.",
        "Export again; if it is as exported, report the defect.");

    public static readonly ProblemCode ArchiveDamaged = new("MATTER5017", "Archive is damaged",
        "The archive cannot be read, is not as it was written, its bag breaks a rule of RFC 8493, or it would unpack to far more than it holds.",
        "Get it anew from whom it came from.");

    public static readonly ProblemCode LeadsOut = new("MATTER5020", "Evidence leads out of the run",
        "A link in the place of evidence/, or inside it, leads to another folder; nothing is written through it.",
        "Remove the link; -t:ExportEvidence makes the folder.");

    public static readonly ProblemCode KeyUnusable = new("MATTER5030", "Key cannot be used",
        "EvidenceKey names no file with a private key in PEM that is ECDSA on P-256 or Ed25519 and not encrypted, or Ed25519 was asked for where there is no openssl.",
        "Make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");

    public static readonly ProblemCode SignatureWrong = new("MATTER5031", "Signature does not fit",
        "The signature was not made with this key, or not over this bundle.",
        "Compare the key's fingerprint with its owner's; get the bundle anew from whom it came from.");

    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        WiringMissing, LeftOut, Foreign, FigureNotDrawn, ReportNotWritten, ResultsAsText, NoBundle, FileChanged, FileMissing, FileExtra, ManifestDamaged, RecordsContradict, CrateRule, ArchiveDamaged, LeadsOut, KeyUnusable, SignatureWrong,
    ];
}
