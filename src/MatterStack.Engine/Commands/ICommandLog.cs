using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>Where a command speaks to its user.</summary>
internal interface ICommandLog
{
    /// <summary>A line that everybody should see, at once.</summary>
    void Say(string line);

    /// <summary>A line for those who look closely.</summary>
    void Detail(string line);

    void Report(Problem problem);

    /// <summary>All of an exception, for whoever mends it; shown only if the command is asked to say everything.</summary>
    void Diagnose(string text)
    {
    }
}
