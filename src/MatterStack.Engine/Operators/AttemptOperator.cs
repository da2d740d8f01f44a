using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators;

/// <summary>
/// What executes attempts of one operator key, as wired. It tells facts (<see cref="Observation"/>) through
/// <see cref="OperatorContext.Report"/>, from any thread; what follows from them is the engine's to decide.
/// </summary>
/// <remarks>
/// An attempt must survive the process that started it: it carries its id outside (a file, a job's name, a request's key), so that
/// <see cref="Observe"/> finds it after a crash before anything is started again. Methods return quickly; what takes time happens on threads of the operator's own.
/// </remarks>
public abstract class AttemptOperator : IDisposable
{
    /// <summary>Looks for attempts that an earlier process started, or may have started, and reports what is known of each before it returns; one call for all.
    /// Those under way are watched from then on. Of an attempt that was surely never started nothing is said: it is started next.</summary>
    /// <param name="live">Attempts that have not ended, those intended and not known to have started among them.</param>
    public abstract void Observe(IReadOnlyList<AttemptOrder> live);

    /// <summary>Starts an attempt whose intent is durable. A fact says what became of it: <see cref="Observation.Started"/>, <see cref="Observation.HandedOver"/>, <see cref="Observation.Submitted"/>,
    /// <see cref="Observation.NotStarted"/> or <see cref="Observation.HeldUp"/>, always one of them.</summary>
    /// <param name="order">The attempt.</param>
    public abstract void Start(AttemptOrder order);

    /// <summary>Asks for the end of an attempt; <see cref="Observation.Exited"/> says when it is over.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="reason">Why, in a person's words.</param>
    public abstract void Cancel(AttemptOrder order, string reason);

    /// <summary>Keeps what it has and has not begun from beginning: the run is paused. What runs goes on. It comes behind <see cref="Observe"/>, also in later commands as long as the run is paused.</summary>
    public virtual void Hold()
    {
    }

    /// <summary>Lets begin what was kept from it: the run goes on. It comes behind <see cref="Observe"/>, also where nothing was paused.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Stops watching; attempts go on, and the next <see cref="Observe"/> finds them.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
