namespace MatterStack.Engine.Files;

/// <summary>Exit codes of the scripts that the engine writes, and of the shell that runs them.</summary>
/// <remarks>The scripts of existing runs contain these numbers: they must not change.</remarks>
internal static class ExitCodes
{
    /// <summary>A staging script lacks a command.</summary>
    public const int NoCommand = 72;

    /// <summary>A staging script cannot create or enter the run's folder.</summary>
    public const int NoRunFolder = 73;

    /// <summary>A script cannot write to the run's folder, or cannot enter or create the attempt's folder.</summary>
    public const int NotWritten = 74;

    /// <summary>A submission script cannot determine whether the job exists, or another submission of it still runs.</summary>
    public const int Retry = 75;

    /// <summary>A submit command was killed when it announced a later retry, and the queue does not list the job.</summary>
    public const int SleepingSubmission = 76;

    /// <summary><c>timeout</c> killed a command after its time limit.</summary>
    public const int TimedOut = 124;

    /// <summary>The site is not as its wiring says: an environment module could not be loaded, or <c>tmpdir</c> cannot be used.</summary>
    public const int SiteNotUsable = 125;

    /// <summary>A command is not executable, or a script cannot enter its folder.</summary>
    public const int NotExecutable = 126;

    /// <summary>A command does not exist.</summary>
    public const int NotFound = 127;

    /// <summary>The shell's exit code of a command that a signal ended, minus the signal's number.</summary>
    public const int SignalOffset = 128;
}
