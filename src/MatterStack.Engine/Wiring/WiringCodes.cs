using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>What can be wrong with wiring: <c>MATTER1xxx</c>.</summary>
internal static class WiringCodes
{
    // 100x: the file as such.
    public static readonly ProblemCode FileNotFound = new("MATTER1001", "Wiring file not found",
        "A file named explicitly (an argument, MATTERSTACK_OPERATORS_CONFIG, or a path inside operators.yaml) does not exist.",
        "Correct the path; a named file is never replaced by another level of precedence.");

    public static readonly ProblemCode FileUnreadable = new("MATTER1002", "Wiring file cannot be read",
        "The path is a folder, permission is missing, or the disk failed.", "Make the file readable, or name another one.");

    public static readonly ProblemCode NotText = new("MATTER1003", "Not UTF-8 text",
        "The file holds bytes that are not UTF-8 (UTF-16 for instance), or control characters.", "Save the file as UTF-8.");

    public static readonly ProblemCode TooLarge = new("MATTER1004", "File too large",
        "The file is larger than 1 MiB.", "Shorten it; use profiles for what several operators share.");

    public static readonly ProblemCode TooDeep = new("MATTER1005", "Nested or repeated beyond reason",
        "Values are nested deeper than 32 levels, or anchors expand to more than 100,000 values.", "Flatten the file.");

    public static readonly ProblemCode YamlSyntax = new("MATTER1006", "Not valid YAML",
        "The text cannot be read as YAML.", "Correct the syntax at the place given; YAML indents with spaces, never with tabs.");

    public static readonly ProblemCode YamlFeature = new("MATTER1007", "YAML feature that wiring does not take",
        "Several documents in one file, tags such as !!str, keys that are not plain text, an alias without its anchor.",
        "Write plain mappings, lists and scalars; anchors and merge keys (<<) are fine.");

    public static readonly ProblemCode DuplicateKey = new("MATTER1008", "Key given twice",
        "A mapping has the same key twice; which one would count is not defined.", "Keep one of them.");

    // 101x: what the file says.
    public static readonly ProblemCode MissingKey = new("MATTER1010", "Required key missing", "A mapping lacks a key it must have.", "Add it.");

    public static readonly ProblemCode UnknownKey = new("MATTER1011", "Unknown key",
        "A key is not known at its place; a typing error would otherwise change nothing, silently.", "Correct or remove the key.");

    public static readonly ProblemCode WrongType = new("MATTER1012", "Wrong type of value",
        "A number stands where text is needed, a list where a mapping is needed, and so on.", "Write a value of the type named.");

    public static readonly ProblemCode BadValue = new("MATTER1013", "Value not allowed",
        "The value has the right type but lies outside of what the key allows.", "Write one of the values named.");

    public static readonly ProblemCode KeyNotCanonical = new("MATTER1014", "Operator key not canonical",
        "An operator key in operators.yaml is not of the form kind.name in lower case.", "Write it in canonical form, e.g. hpc.default.");

    public static readonly ProblemCode KindMismatch = new("MATTER1015", "Kind differs from the key's prefix",
        "An operator's 'kind' is not the part of its key before the first dot.", "Make both the same.");

    public static readonly ProblemCode UnknownKind = new("MATTER1016", "Unknown kind of operator",
        "No operator serves this kind.", "Use one of the kinds named.");

    public static readonly ProblemCode UnknownBackend = new("MATTER1017", "Unknown backend",
        "No backend has this type.", "Use one of the types named.");

    public static readonly ProblemCode BackendNotAllowed = new("MATTER1018", "Backend not allowed here",
        "This kind of operator has no backend, or not one of this type.", "Remove the backend or change the operator's kind.");

    public static readonly ProblemCode UnknownProfile = new("MATTER1019", "Unknown profile",
        "A backend names a profile that is neither in the file nor in a profiles file.", "Add it under 'profiles:' or correct the name.");

    public static readonly ProblemCode SecretLiteral = new("MATTER1020", "Secret written out",
        "A literal stands under a key that names a secret; wiring is copied into runs and evidence.",
        "Write ${env:NAME} or ${file:PATH} instead; it is resolved when used and never stored.");

    public static readonly ProblemCode BadReference = new("MATTER1021", "Malformed reference",
        "A string holds something like ${env:...} or ${file:...} that is not well formed.",
        "Write ${env:NAME} (letters, digits, '_') or ${file:PATH}; $${ stands for a literal ${.");

    public static readonly ProblemCode SecretUnavailable = new("MATTER1022", "Reference cannot be resolved",
        "The environment variable or file that wiring refers to is not there at the time of use.", "Set the variable or provide the file, then repeat the command.");

    public static readonly ProblemCode OutsideReference = new("MATTER1023", "Wiring is not self-contained",
        "A snapshot refers to a profile or an HPC file outside of itself.", "Wire the run again from a file that exists.");

    // 103x: finding, persisting, overriding.
    public static readonly ProblemCode ConflictingArguments = new("MATTER1030", "Arguments contradict each other",
        "More than one of OperatorsConfig, HpcConfig and Profile was given.", "Give one of them.");

    public static readonly ProblemCode OverrideRefused = new("MATTER1031", "Run is wired otherwise",
        "OperatorsConfig means something else than the wiring the run has; changing it silently would break provenance.",
        "Leave OperatorsConfig out to go on with the run's wiring, or add -p:ForceWiringOverride=true -p:OverrideReason=\"...\" to replace it.");

    public static readonly ProblemCode OverrideOfEndedRun = new("MATTER1032", "Wiring of an ended run is never replaced",
        "OperatorsConfig means something else than the wiring of a run that has ended.", "Revive the run first (-t:Revive), or start a new run.");

    public static readonly ProblemCode Tampered = new("MATTER1033", "Snapshot does not match its record",
        "The bytes of operators_snapshot/operators.yaml do not hash to what metadata.json records: edited by hand, damaged or removed.",
        "Restore the recorded file from operators_snapshot/by-sha256/; or -p:OperatorsConfig=FILE -p:ForceWiringOverride=true replaces the wiring.");

    public static readonly ProblemCode NotWired = new("MATTER1034", "Run has no wiring yet",
        "The run's wiring was asked for before it was persisted.", "Run -t:Init or -t:Step.");

    public static readonly ProblemCode SnapshotUnavailable = new("MATTER1035", "Earlier wiring is not available",
        "A file under operators_snapshot/by-sha256/ is missing or damaged, so an attempt's own wiring cannot be read.",
        "Restore the file from a copy of the run or from evidence; its name is its SHA-256.");

    public static readonly ProblemCode LegacyInvalid = new("MATTER1036", "Legacy configuration cannot be converted",
        "An HpcConfig or profiles file does not have the expected form.", "Correct it, or write an operators.yaml.");

    public static readonly ProblemCode SnapshotUnwritable = new("MATTER1037", "Wiring cannot be persisted",
        "Writing into the run's operators_snapshot/ failed: disk full, permission, or a file where a folder must be.",
        "Make room or correct permissions, then repeat the command; an interrupted write is repaired by itself.");

    public static readonly ProblemCode NewerSnapshot = new("MATTER1038", "Snapshot of a newer version",
        "metadata.json has a schema_version that this version of MatterStack does not know.", "Use the version of MatterStack that wired the run, or a later one.");

    // 104x: warnings.
    public static readonly ProblemCode Drifted = new("MATTER1040", "Workspace default has changed",
        "The workspace's operators.yaml is no longer what the run was wired from. The run keeps its wiring.",
        "Nothing is needed; -t:WiringDiff shows the differences.");

    public static readonly ProblemCode HistoryBroken = new("MATTER1041", "Wiring history has a gap",
        "A line of history.jsonl was removed or changed: the chain of hashes does not close.", "Restore history.jsonl from a copy of the run.");

    public static readonly ProblemCode ArgumentIgnored = new("MATTER1042", "Argument has no effect",
        "HpcConfig or Profile was given although wiring of higher precedence exists.", "Leave it out, or use OperatorsConfig.");

    public static readonly ProblemCode Repaired = new("MATTER1043", "Interrupted write of wiring repaired",
        "An earlier command was stopped while it persisted wiring; what it had begun was completed.", "Nothing is needed.");

    public static readonly ProblemCode LegacyDropped = new("MATTER1044", "Part of a legacy configuration not carried over",
        "A key of an HpcConfig or profiles file has no counterpart in operators.yaml.", "Check whether it is needed; if so, write an operators.yaml.");

    /// <summary>All of them, for the documentation and its test.</summary>
    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        FileNotFound, FileUnreadable, NotText, TooLarge, TooDeep, YamlSyntax, YamlFeature, DuplicateKey,
        MissingKey, UnknownKey, WrongType, BadValue, KeyNotCanonical, KindMismatch, UnknownKind, UnknownBackend, BackendNotAllowed,
        UnknownProfile, SecretLiteral, BadReference, SecretUnavailable, OutsideReference,
        ConflictingArguments, OverrideRefused, OverrideOfEndedRun, Tampered, NotWired, SnapshotUnavailable, LegacyInvalid, SnapshotUnwritable, NewerSnapshot,
        Drifted, HistoryBroken, ArgumentIgnored, Repaired, LegacyDropped,
    ];
}
