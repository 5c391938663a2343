"""What answers hold of a firm's training and publicity."""

from incidents.api.description.shapes import choice, count, many, number, or_null, page_of, shape, text, time
from incidents.models import Course, CourseAttendance, Publicity

DAY = {"type": "string", "format": "date"}
RESULTS = [result for result in CourseAttendance.Result.values if result]

COURSE = {
    "id": count("What the path names."),
    "body": text("Code of the body that held it."),
    "name": text("What was taught."),
    "kind": choice("`knowledge` 应急知识, `skill` 应对技能, `cadre` 干部培训.", *Course.Kind.values),
    "held_on": DAY | {"description": "The day."},
    "hours": number("How many hours it took."),
    "place": text("Where."),
    "teacher": text("Who taught."),
    "valid_until": DAY | {"description": "Until when a pass is good."},
    "recorded_at": time("When it was recorded."),
}
PLANNED = shape(
    id=count("What the path names."),
    body=text("Code of the body whose plan it is of."),
    year=count("The year."),
    month=count("In which month, 1 to 12."),
    name=text("What is to be taught."),
    kind=COURSE["kind"],
    audience=text("To whom."),
    people=count("To how many."),
    course=or_null(count("The course that carries it out, by its `id`.")),
    recorded_at=time("When it was planned."),
    cancelled_at=or_null(time("When it was dropped; the line stays.")),
)
SCHEMAS = {
    "Course": shape(**COURSE),
    "CourseList": page_of("Course"),
    "CourseDetail": shape(
        **COURSE,
        attended=many(
            shape(
                body=text("Code of the body whose he is."),
                person=or_null(text("The account; null: a worker without one.")),
                name=text("The name."),
                result=or_null(choice("What came out; null: not yet.", *RESULTS)),
            ),
            "Who of your own was on it; on your own course, everybody.",
        ),
    ),
    "PlannedCourse": PLANNED,
    "PlannedCourseList": page_of("PlannedCourse"),
    "Workforce": shape(
        id=count("Which."),
        body=text("Code of the firm or outlet."),
        year=count("The year."),
        quarter=count("The quarter, 1 to 4."),
        on_post=count("Workers on post."),
        trained=count("Of these trained."),
        passed=count("Of these passed; who has not passed must not be on post (§8.2)."),
        note=text("A note."),
        stated_at=time("When it was stated."),
    ),
    "WorkforceList": page_of("Workforce"),
    "Publicity": shape(
        id=count("Which."),
        body=text("Code of the body that held it."),
        held_on=DAY | {"description": "The day."},
        kind=choice(
            "`law` 法规政策宣传, `knowledge` 基本知识教育, `skill` 处置技能教育, `material` 发布宣传材料.",
            *Publicity.Kind.values,
        ),
        topic=text("What about."),
        audience=text("For whom."),
        reached=count("How many people it reached."),
        place=text("Where, or by which channel."),
        materials=text("What was given out."),
        recorded_at=time("When it was recorded."),
        withdrawn_at=or_null(time("When it was taken back; null: it stands.")),
    ),
    "PublicityList": page_of("Publicity"),
}
