namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>The next request for an attempt.</summary>
internal enum InstrumentStep
{
    /// <summary>Ask whether the instrument knows the attempt: it may have been submitted before.</summary>
    CheckExistence,

    /// <summary>Submit the attempt.</summary>
    Submit,

    /// <summary>Ask for its status.</summary>
    Poll,

    /// <summary>Fetch its answer.</summary>
    Fetch,

    /// <summary>Cancel it.</summary>
    Withdraw,
}
