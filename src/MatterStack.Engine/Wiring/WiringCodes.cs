using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>Problem codes of wiring: <c>MATTER1xxx</c>.</summary>
internal static class WiringCodes
{
    // 100x: the file itself.
    public static readonly ProblemCode FileNotFound = new(
        "MATTER1001",
        "Wiring file not found",
        "A file named explicitly (by an argument, by MATTERSTACK_OPERATORS_CONFIG, or by a path inside operators.yaml) does not exist.",
        "Correct the path; no other level of precedence replaces a named file."
    );

    public static readonly ProblemCode FileUnreadable = new(
        "MATTER1002",
        "Wiring file cannot be read",
        "The path is a folder, a permission is missing, or the disk failed.",
        "Make the file readable, or name another one."
    );

    public static readonly ProblemCode NotText = new(
        "MATTER1003",
        "Not UTF-8 text",
        "The file contains bytes that are not UTF-8 (for example UTF-16), or control characters.",
        "Save the file as UTF-8."
    );

    public static readonly ProblemCode TooLarge = new(
        "MATTER1004",
        "File too large",
        "The file is larger than 1 MiB.",
        "Shorten it; use profiles for settings that several operators share."
    );

    public static readonly ProblemCode TooDeep = new(
        "MATTER1005",
        "Too many or too deeply nested values",
        "Values are nested deeper than 32 levels, or anchors expand to more than 100,000 values.",
        "Flatten the file."
    );

    public static readonly ProblemCode YamlSyntax = new(
        "MATTER1006",
        "Not valid YAML",
        "The text cannot be read as YAML.",
        "Correct the syntax at the given position; YAML is indented with spaces, never with tabs."
    );

    public static readonly ProblemCode YamlFeature = new(
        "MATTER1007",
        "Unsupported YAML feature",
        "The file contains several documents, a tag such as !!str, a key that is not plain text, or an alias without its anchor.",
        "Write plain mappings, lists and scalars; anchors and merge keys (<<) are allowed."
    );

    public static readonly ProblemCode DuplicateKey = new(
        "MATTER1008",
        "Key given twice",
        "A mapping has the same key twice; YAML does not define the valid one.",
        "Keep one of them."
    );

    // 101x: content of the file.
    public static readonly ProblemCode MissingKey = new("MATTER1010", "Required key missing", "A mapping lacks a required key.", "Add it.");

    public static readonly ProblemCode UnknownKey = new(
        "MATTER1011",
        "Unknown key",
        "A key is not known at its position. Without this error, a typing error would have no effect and stay unnoticed.",
        "Correct or remove the key."
    );

    public static readonly ProblemCode WrongType = new(
        "MATTER1012",
        "Wrong type of value",
        "The value has another type than the key requires: a number instead of text, a list instead of a mapping.",
        "Write a value of the named type."
    );

    public static readonly ProblemCode BadValue = new(
        "MATTER1013",
        "Value not allowed",
        "The value has the right type, but the key does not allow it.",
        "Write an allowed value."
    );

    public static readonly ProblemCode KeyNotCanonical = new(
        "MATTER1014",
        "Operator key not canonical",
        "An operator key in operators.yaml does not have the form kind.name in lower case.",
        "Write it in canonical form, e.g. hpc.default."
    );

    public static readonly ProblemCode KindMismatch = new(
        "MATTER1015",
        "Kind differs from the key's prefix",
        "An operator's 'kind' differs from the part of its key before the first dot.",
        "Make both the same."
    );

    public static readonly ProblemCode UnknownKind = new(
        "MATTER1016",
        "Unknown kind of operator",
        "There is no operator of this kind.",
        "Use one of the named kinds."
    );

    public static readonly ProblemCode UnknownBackend = new(
        "MATTER1017",
        "Unknown backend",
        "No backend has this type.",
        "Use one of the named types."
    );

    public static readonly ProblemCode BackendNotAllowed = new(
        "MATTER1018",
        "Backend not allowed here",
        "Operators of this kind have no backend, or no backend of this type.",
        "Remove the backend or change the operator's kind."
    );

    public static readonly ProblemCode UnknownProfile = new(
        "MATTER1019",
        "Unknown profile",
        "A backend names a profile that is neither in the file nor in a profiles file.",
        "Add it under 'profiles:' or correct the name."
    );

    public static readonly ProblemCode SecretLiteral = new(
        "MATTER1020",
        "Literal secret",
        "The value of a key that names a secret is a literal; wiring is copied into runs and evidence.",
        "Write ${env:NAME} or ${file:PATH} instead; a reference is resolved when it is used, and its value is never stored."
    );

    public static readonly ProblemCode BadReference = new(
        "MATTER1021",
        "Malformed reference",
        "A text contains a malformed ${env:...} or ${file:...}.",
        "Write ${env:NAME} (letters, digits, '_') or ${file:PATH}; write $${ for a literal ${."
    );

    public static readonly ProblemCode SecretUnavailable = new(
        "MATTER1022",
        "Reference cannot be resolved",
        "The environment variable or file that the wiring references does not exist at the time of use.",
        "Set the variable or provide the file, then repeat the command."
    );

    public static readonly ProblemCode OutsideReference = new(
        "MATTER1023",
        "Wiring is not self-contained",
        "A snapshot references a profile or an HPC file outside of itself.",
        "Wire the run again from an existing file."
    );

    public static readonly ProblemCode UnknownLauncher = new(
        "MATTER1024",
        "Unknown launcher",
        "A code names a launcher that the wiring does not define.",
        "Add it under 'launchers', at the top, in the backend or in the operator; or remove the key 'launcher' of the code."
    );

    public static readonly ProblemCode IllegalCode = new(
        "MATTER1025",
        "Illegal text of a code or launcher",
        "The text of a code or launcher cannot stand inside a command line, or holds a placeholder or reference that is not replaced "
            + "there.",
        "Write one command without comments and pipes. The reference of operators.yaml says which placeholders a launcher may have."
    );

    // 103x: finding, persisting, overriding.
    public static readonly ProblemCode ConflictingArguments = new(
        "MATTER1030",
        "Arguments contradict each other",
        "More than one of OperatorsConfig, HpcConfig and Profile was given.",
        "Give one of them."
    );

    public static readonly ProblemCode OverrideRefused = new(
        "MATTER1031",
        "Run has other wiring",
        "OperatorsConfig has another meaning than the wiring of the run; a silent change would break provenance.",
        "Omit OperatorsConfig to keep the run's wiring, or add -p:ForceWiringOverride=true -p:OverrideReason=\"...\" to replace it."
    );

    public static readonly ProblemCode OverrideOfEndedRun = new(
        "MATTER1032",
        "Wiring of an ended run is never replaced",
        "OperatorsConfig has another meaning than the wiring of an ended run.",
        "Revive the run first (-t:Revive), or start a new run."
    );

    public static readonly ProblemCode Tampered = new(
        "MATTER1033",
        "Snapshot does not match its record",
        "The hash of operators_snapshot/operators.yaml differs from the hash in metadata.json: "
            + "the file was edited by hand, damaged or removed.",
        "Restore the recorded file from operators_snapshot/by-sha256/, "
            + "or add -p:OperatorsConfig=FILE -p:ForceWiringOverride=true to replace the wiring."
    );

    public static readonly ProblemCode NotWired = new(
        "MATTER1034",
        "Run has no wiring yet",
        "A command needs the run's wiring, but it is not persisted yet.",
        "Run -t:Init or -t:Step."
    );

    public static readonly ProblemCode SnapshotUnavailable = new(
        "MATTER1035",
        "Earlier wiring is not available",
        "A file under operators_snapshot/by-sha256/ is missing or damaged, so the wiring of an attempt cannot be read.",
        "Restore the file from a copy of the run or from evidence; its name is its SHA-256."
    );

    public static readonly ProblemCode LegacyInvalid = new(
        "MATTER1036",
        "Legacy configuration cannot be converted",
        "An HpcConfig or profiles file does not have the expected form.",
        "Correct it, or write an operators.yaml."
    );

    public static readonly ProblemCode SnapshotUnwritable = new(
        "MATTER1037",
        "Wiring cannot be persisted",
        "A write into the run's operators_snapshot/ failed: the disk is full, a permission is missing, or a file has the name of a folder.",
        "Free disk space or correct permissions, then repeat the command; it repairs an interrupted write."
    );

    public static readonly ProblemCode NewerSnapshot = new(
        "MATTER1038",
        "Snapshot of a newer version",
        "metadata.json has a schema_version that this version of MatterStack does not know.",
        "Use the version of MatterStack that wired the run, or a later one."
    );

    // 104x: warnings.
    public static readonly ProblemCode Drifted = new(
        "MATTER1040",
        "Workspace default has changed",
        "The workspace's operators.yaml has changed since the run was wired. The run keeps its wiring.",
        "No action is needed; -t:WiringDiff shows the differences."
    );

    public static readonly ProblemCode HistoryBroken = new(
        "MATTER1041",
        "Wiring history has a gap",
        "A line of history.jsonl was removed or changed: the chain of hashes is broken.",
        "Restore history.jsonl from a copy of the run."
    );

    public static readonly ProblemCode ArgumentIgnored = new(
        "MATTER1042",
        "Argument has no effect",
        "HpcConfig or Profile was given, but wiring of higher precedence exists.",
        "Omit the argument, or use OperatorsConfig."
    );

    public static readonly ProblemCode Repaired = new(
        "MATTER1043",
        "Interrupted write of wiring repaired",
        "An earlier command was stopped while it persisted wiring; this command completed the write.",
        "No action is needed."
    );

    public static readonly ProblemCode LegacyDropped = new(
        "MATTER1044",
        "Part of a legacy configuration not converted",
        "A key of an HpcConfig or profiles file has no counterpart in operators.yaml.",
        "Check whether it is needed; if so, write an operators.yaml."
    );
}
