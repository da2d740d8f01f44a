namespace Common;

/// <summary>Something the user can mend: one line that says what is wrong, and the exit code of the process.</summary>
internal sealed class UserError : Exception
{
    private UserError(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    public int ExitCode { get; }

    /// <summary>The exit code of a wrong command line (EX_USAGE).</summary>
    public const int UsageCode = 64;

    /// <summary>The command line is wrong (64); <see cref="CommandLine"/> adds how it should look.</summary>
    public static UserError Usage(string message) => new(UsageCode, message);

    /// <summary>An input file is missing or cannot be read (66, EX_NOINPUT).</summary>
    public static UserError NoInput(string message) => new(66, message);

    /// <summary>An output file cannot be written (73, EX_CANTCREAT).</summary>
    public static UserError CannotWrite(string message) => new(73, message);

    /// <summary>An input was read, but what it says cannot be used (2).</summary>
    public static UserError Invalid(string message) => new(2, message);

    /// <summary>What was asked for cannot be, for a reason that lies in the matter; the program says which code stands for it.</summary>
    public static UserError Refused(int exitCode, string message) => new(exitCode, message);
}
