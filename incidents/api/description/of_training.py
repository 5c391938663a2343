"""A firm's training and publicity (§8.1, 8.2)."""

from incidents.api import training, training_plan
from incidents.api.description.of_firm import BODY
from incidents.api.description.operations import LIST, Operation

TRAINING = "Training"

OPERATIONS = {
    "GET training/courses/": Operation(TRAINING, "List courses", "CourseList", parameters=(*LIST, BODY)),
    "POST training/courses/": Operation(
        TRAINING,
        "Record a course",
        "Course",
        status=201,
        body=training.CourseHeld,
        example={
            "name": "邮政业突发事件应急知识",
            "kind": "knowledge",
            "held_on": "2026-03-01",
            "hours": 4,
            "place": "分拨中心会议室",
            "teacher": "安全负责人",
        },
    ),
    "GET training/courses/{course}/": Operation(TRAINING, "Read a course", "CourseDetail"),
    "POST training/courses/{course}/results/": Operation(
        TRAINING,
        "Record who was on a course, and who passed",
        "CourseDetail",
        body=training.Listed,
        example={
            "attended": [{"person": "express-a", "result": "passed"}, {"name": "赵工人", "result": "failed"}]
        },
        also=(409,),
    ),
    "GET training/workforce/": Operation(
        TRAINING, "List what was stated of workers on post", "WorkforceList", parameters=(*LIST, BODY)
    ),
    "POST training/workforce/": Operation(
        TRAINING,
        "State workers on post",
        "Workforce",
        status=201,
        body=training.Stated,
        example={"year": 2026, "quarter": 1, "on_post": 30, "trained": 30, "passed": 29},
    ),
    "GET training/plan/": Operation(
        TRAINING, "List the lines of training plans", "PlannedCourseList", parameters=(*LIST, BODY)
    ),
    "POST training/plan/": Operation(
        TRAINING,
        "Plan a course of a year",
        "PlannedCourse",
        status=201,
        body=training_plan.Planned,
        example={
            "year": 2026,
            "month": 6,
            "name": "防汛应急处置",
            "kind": "skill",
            "audience": "分拨中心员工",
            "people": 40,
        },
    ),
    "POST training/plan/{line_id}/drop/": Operation(
        TRAINING,
        "Plan it no longer",
        "PlannedCourse",
        body=training_plan.Dropped,
        example={"reason": "并入九月的培训"},
        also=(409,),
    ),
    "POST training/plan/{line_id}/carry-out/": Operation(
        TRAINING,
        "Say by which course it was carried out",
        "PlannedCourse",
        body=training_plan.CarriedOut,
        example={"course": 1},
        also=(409,),
    ),
    "GET publicity/": Operation(
        TRAINING, "List publicity and education", "PublicityList", parameters=(*LIST, BODY)
    ),
    "POST publicity/": Operation(
        TRAINING,
        "Record publicity or education",
        "Publicity",
        status=201,
        body=training.Activity,
        example={
            "held_on": "2026-03-01",
            "kind": "knowledge",
            "topic": "消防知识进网点",
            "audience": "本企业快递员",
            "reached": 60,
        },
    ),
}
