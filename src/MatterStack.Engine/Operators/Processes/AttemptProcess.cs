namespace MatterStack.Engine.Operators.Processes;

/// <summary>A process that an attempt started, directly or indirectly.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="StartTime">Start time, in the system's unit; with it the pid is unique.</param>
/// <param name="Name">Name of the program, for people.</param>
/// <param name="IsCleanup">Whether it is a clean-up process of the engine (it ends a container) and must not be signalled.</param>
internal readonly record struct AttemptProcess(int Pid, long StartTime, string Name, bool IsCleanup)
{
    /// <summary>Equal if it is the same process, even if it executes another program now.</summary>
    public bool Equals(AttemptProcess other) => (Pid, StartTime) == (other.Pid, other.StartTime);

    public override int GetHashCode() => HashCode.Combine(Pid, StartTime);
}
