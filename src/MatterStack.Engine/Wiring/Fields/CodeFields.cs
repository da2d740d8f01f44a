namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Keys of codes and launchers: at the top of the file, in a backend, and in an operator that runs commands.</summary>
internal static class CodeFields
{
    /// <summary>Pattern of the names of codes and launchers.</summary>
    public const string NamePattern = "^[A-Za-z0-9_][A-Za-z0-9_.+-]*$";

    private const string NameDescription = "names of letters, digits, '_', '.', '+' and '-' that begin with a letter, a digit or '_'";

    // The hash of a code counts for the tasks that use it, and for no other; so no operator hash includes it.
    public static readonly Field Launchers = new(
        "launchers",
        FieldType.TextMap,
        "Launchers of programs with several processes, by name: shell text that precedes their command. "
            + "{ranks}, {nodes}, {cores} and {gpus} stand for the numbers of the task."
    )
    {
        AffectsResults = false,
        Pattern = NamePattern,
        PatternDescription = NameDescription,
    };

    public static readonly Field Codes = new(
        "codes",
        FieldType.GroupMap,
        "Programs of the site, by name. A task runs one by {code:NAME} in its Command."
    )
    {
        AffectsResults = false,
        Pattern = NamePattern,
        PatternDescription = NameDescription,
        Fields =
        [
            new("command", FieldType.Text, "Shell text that {code:NAME} stands for: a program, a path, or a line with several words.")
            {
                IsRequired = true,
            },
            new("launcher", FieldType.Word, "Name of the launcher that precedes the command if the task has more than one rank.")
            {
                Pattern = NamePattern,
                PatternDescription = "the name of a launcher",
            },
            new("launcher_always", FieldType.Boolean, "true: the launcher precedes the command with one rank, too.") { Default = "false" },
            new("modules", FieldType.TextList, "Environment modules, loaded in this order after the operator's."),
            new("setup", FieldType.TextList, "Shell lines before the task's command, after the modules and the operator's lines."),
            new(
                "env",
                FieldType.TextMap,
                "Environment variables of tasks that use the code; they override the operator's, and a task's own override them."
            )
            {
                Pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
                PatternDescription = "names of environment variables",
            },
            new("image", FieldType.Word, "Container image that the command runs in, where the operator has a container engine."),
            new(
                "version",
                FieldType.Text,
                "Shell text that prints the version. It runs once per run and place and is recorded; it counts in no hash."
            )
            {
                AffectsResults = false,
            },
        ],
    };

    /// <summary>Both keys.</summary>
    public static readonly IReadOnlyList<Field> All = [Launchers, Codes];

    /// <summary>Whether a field is one of <see cref="All"/>.</summary>
    public static bool IsCodeField(Field field) => field.Name is "launchers" or "codes";
}
